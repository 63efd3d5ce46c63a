import fc from 'fast-check';
import { expect, it } from 'vitest';
import { triggersSchema } from '../../config/triggers-config.ts';
import { scheduleChanges, schedulesOf } from '../../core/schedule-changes.ts';
import type { ScheduleDefinition, Schedules } from '../../core/schedule-changes.ts';

const at = (cron: string): ScheduleDefinition => ({
  ...{ cron, timezone: 'UTC', overlap: 'skip', catchUp: 60_000 },
});

it('are those of the file, the look at the data among them', () => {
  const policy = triggersSchema.parse({ data: { compare: { cron: '*/30 * * * *' } } });
  expect(Object.entries(schedulesOf(policy)).map(([name, { cron }]) => [name, cron])).toEqual([
    ['nightly', '0 2 * * *'],
    ['compare-data', '*/30 * * * *'],
  ]);
});

it('are told one by one: what is new, other, the same, not ours, and gone', () => {
  const wanted = {
    new: at('1 * * * *'),
    other: at('2 * * * *'),
    same: at('3 * * * *'),
    foreign: at('4 * * * *'),
  };
  const there = { gone: at('5 * * * *'), other: at('6 * * * *'), same: at('3 * * * *'), foreign: null };
  expect(scheduleChanges(wanted, there).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'add new',
    'change other',
    'keep same',
    'change foreign',
    'remove gone',
  ]);
});

it('leave nothing to be done once they are done', () => {
  const names = fc.constantFrom('a', 'b', 'c', 'd');
  const definition = fc.constantFrom('1 * * * *', '2 * * * *').map(at);
  const schedules = fc.dictionary(names, definition) as fc.Arbitrary<Schedules>;
  fc.assert(
    fc.property(schedules, schedules, (wanted, there) => {
      const after = new Map(Object.entries(there));
      for (const change of scheduleChanges(wanted, there)) {
        if (change.kind === 'remove') after.delete(change.name);
        else after.set(change.name, change.to);
      }
      expect(Object.fromEntries(after)).toEqual({ ...wanted });
      const again = scheduleChanges(wanted, Object.fromEntries(after));
      expect(again.every(({ kind }) => kind === 'keep')).toBe(true);
    }),
  );
});
