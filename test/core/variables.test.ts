import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillVariables } from '../../core/variables.ts';

const escaped = (text: string): string => text.replaceAll('$', '$$$$');

describe('variables in a text', () => {
  it('are filled in wherever they stand, any number of times', () => {
    const values = { COMMIT: 'abc', MODEL: 'churn' };
    expect(fillVariables('registry.example/${MODEL}:${COMMIT}-${COMMIT}', values)).toEqual({
      text: 'registry.example/churn:abc-abc',
      unfilled: [],
    });
  });

  it('without a value are told with their place, and left as they are written', () => {
    expect(fillVariables('a ${MODL} ${MODEL}\n${}', { MODEL: 'churn' })).toEqual({
      text: 'a ${MODL} churn\n${}',
      unfilled: [
        { name: 'MODL', at: 2 },
        { name: '', at: 19 },
      ],
    });
  });

  it('are told where the brace is not closed on the line, even with a known name', () => {
    const { unfilled } = fillVariables('one ${MODEL\ntwo ${MODEL', { MODEL: 'churn' });
    expect(unfilled).toEqual([
      { name: 'MODEL', at: 4 },
      { name: 'MODEL', at: 16 },
    ]);
  });

  it('are not looked for in what every object has', () => {
    expect(fillVariables('${constructor}', {}).unfilled).toEqual([{ name: 'constructor', at: 0 }]);
  });

  it('leave what shells and Kubernetes write with a dollar alone', () => {
    const text = 'exec $HOME $(PORT) $1 $';
    expect(fillVariables(text, {})).toEqual({ text, unfilled: [] });
  });

  it('leave any text that is escaped as it was before', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', '\n', 'é') }), (text) => {
        expect(fillVariables(escaped(text), { A: 'x' })).toEqual({ text, unfilled: [] });
      }),
    );
  });

  it('take a value as it is, even one that looks like a variable', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', '&', '1') }), (value) => {
        expect(fillVariables('<${A}>', { A: value }).text).toBe(`<${value}>`);
      }),
    );
  });

  it('are all either filled or told', () => {
    const names = fc.array(fc.constantFrom('A', 'B', 'C', 'D'));
    fc.assert(
      fc.property(names, fc.subarray(['A', 'B', 'C', 'D']), (asked, known) => {
        const values = Object.fromEntries(known.map((name) => [name, name.toLowerCase()]));
        const { unfilled } = fillVariables(asked.map((name) => `\${${name}}`).join('-'), values);
        expect(unfilled.map(({ name }) => name)).toEqual(asked.filter((name) => !known.includes(name)));
      }),
    );
  });
});
