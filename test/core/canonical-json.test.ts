import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../core/canonical-json.ts';

test('keys are sorted at every depth, lists keep their order, undefined is left out', () => {
  const value = { b: [3, { z: null, y: true }], a: 'ü"', '10': 1, '9': 2, gone: undefined };
  expect(canonicalJson(value)).toBe('{"10":1,"9":2,"a":"ü\\"","b":[3,{"y":true,"z":null}]}');
});

test('it says the same as JSON, whatever the order the keys were set in', () => {
  const shuffled = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, member]) => [key, shuffled(member)]),
        )
      : value;
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
    }),
    { seed: 1 },
  );
});

test.each([[NaN], [Infinity], [undefined], [() => 1], [new Date(0)], [[undefined]], [1n]])(
  '%s is refused',
  (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  },
);
