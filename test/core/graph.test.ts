import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCycle, orderSteps, readySteps, stepsToSkip } from '../../core/graph.ts';
import type { GraphStep } from '../../core/graph.ts';
import type { StepStatus } from '../../core/step.ts';

const step = (name: string, ...needs: readonly string[]): GraphStep => ({ name, needs });
const names = (steps: readonly { readonly name: string }[]): readonly string[] =>
  steps.map(({ name }) => name);
const ended = (statuses: Readonly<Record<string, StepStatus>>): ReadonlyMap<string, { status: StepStatus }> =>
  new Map(Object.entries(statuses).map(([name, status]) => [name, { status }]));

const guide = {
  steps: [
    step('lint'),
    step('unit', 'lint'),
    step('data', 'lint'),
    step('features', 'lint'),
    step('train', 'unit', 'data', 'features'),
    step('evaluate', 'train'),
    step('docs'),
  ],
};

describe('the steps that can start', () => {
  test('are those without unmet needs, and independent ones are ready together', () => {
    expect(names(readySteps(guide, ended({})))).toEqual(['lint', 'docs']);
    expect(names(readySteps(guide, ended({ lint: 'passed', docs: 'failed' })))).toEqual([
      'unit',
      'data',
      'features',
    ]);
  });

  test('leave out those that run already', () => {
    const ready = readySteps(guide, ended({ lint: 'passed' }), new Set(['unit', 'docs']));
    expect(names(ready)).toEqual(['data', 'features']);
  });

  test('wait for every need', () => {
    const outcomes = ended({ lint: 'passed', unit: 'passed', data: 'passed', docs: 'passed' });
    expect(names(readySteps(guide, outcomes, new Set(['features'])))).toEqual([]);
  });
});

describe('the steps that never will', () => {
  test('are all that depend on a failed one, told by its root, and nothing else', () => {
    const skipped = stepsToSkip(guide, ended({ lint: 'passed', data: 'failed' }));
    expect(skipped).toEqual([
      { name: 'train', reason: 'data failed' },
      { name: 'evaluate', reason: 'data failed' },
    ]);
  });

  test('keep the root once the steps between were skipped', () => {
    const outcomes = ended({ lint: 'timedOut', unit: 'skipped', data: 'skipped', features: 'skipped' });
    expect(stepsToSkip(guide, outcomes)).toEqual([
      { name: 'train', reason: 'lint timed out' },
      { name: 'evaluate', reason: 'lint timed out' },
    ]);
  });

  test('include one that needs a step outside the plan', () => {
    expect(stepsToSkip({ steps: [step('a', 'nowhere')] }, ended({}))).toEqual([
      { name: 'a', reason: 'nowhere is not in the plan' },
    ]);
  });
});

describe('a circle of needs', () => {
  test('is found with its path', () => {
    expect(findCycle([step('x', 'a'), step('a', 'b'), step('b', 'c'), step('c', 'a')])).toEqual([
      'a',
      'b',
      'c',
      'a',
    ]);
    expect(findCycle([step('a', 'a')])).toEqual(['a', 'a']);
    expect(findCycle(guide.steps)).toBeNull();
  });

  test('cannot be ordered, and the error names it', () => {
    expect(() => orderSteps([step('a', 'b'), step('b', 'a')])).toThrow(/a -> b -> a.*Take one of these/);
  });
});

/** Plans without a circle, in a shuffled order: each step needs only steps of lower number. */
const plans = fc.integer({ min: 1, max: 9 }).chain((size) =>
  fc
    .tuple(
      ...Array.from({ length: size }, (_, index) =>
        fc.subarray(Array.from({ length: index }, (_, n) => `s${n}`)),
      ),
    )
    .map((needs) => needs.map((need, index) => step(`s${index}`, ...need)))
    .chain((steps) => fc.shuffledSubarray(steps, { minLength: size })),
);
const endings = fc.infiniteStream(
  fc.constantFrom<StepStatus>('passed', 'passed', 'passed', 'failed', 'timedOut'),
);

test('whatever the endings, every step ends exactly once, and is skipped exactly if a need did not pass', () => {
  fc.assert(
    fc.property(plans, endings, fc.infiniteStream(fc.nat()), (steps, endsAs, picks) => {
      const plan = { steps };
      const outcomes = new Map<string, { status: StepStatus }>();
      const running = new Set<string>();
      const end = (name: string, status: StepStatus): void => {
        expect(outcomes.has(name)).toBe(false);
        outcomes.set(name, { status });
      };
      for (;;) {
        for (const ready of readySteps(plan, outcomes, running)) running.add(ready.name);
        for (const { name } of stepsToSkip(plan, outcomes)) end(name, 'skipped');
        const next = [...running][(picks.next().value as number) % Math.max(1, running.size)];
        if (next === undefined) break;
        running.delete(next);
        end(next, endsAs.next().value as StepStatus);
      }
      expect(outcomes.size).toBe(steps.length);
      for (const { name, needs } of steps) {
        const needsPassed = needs.every((need) => outcomes.get(need)?.status === 'passed');
        expect(outcomes.get(name)?.status === 'skipped').toBe(!needsPassed);
      }
    }),
    { seed: 3 },
  );
});

test('an order has every step once, after all that it needs', () => {
  fc.assert(
    fc.property(plans, (steps) => {
      const ordered = orderSteps(steps);
      expect(ordered.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual(
        steps.toSorted((a, b) => a.name.localeCompare(b.name)),
      );
      for (const [place, { needs }] of ordered.entries()) {
        expect(names(ordered.slice(0, place))).toEqual(expect.arrayContaining([...needs]));
      }
    }),
    { seed: 3 },
  );
});
