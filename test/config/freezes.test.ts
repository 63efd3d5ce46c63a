import { describe, expect, it } from 'vitest';
import { freezesSchema } from '../../config/freeze-config.ts';

const read = (change: object) =>
  freezesSchema.safeParse([{ from: 'Fri 16:00', to: 'Mon 07:00', reason: 'weekend', ...change }]);
const problemOf = (change: object): string => read(change).error?.issues[0]?.message ?? '';

describe('the freezes of an environment', () => {
  it('are none by default; one is in UTC and keeps hotfixes out, unless the file says otherwise', () => {
    expect(freezesSchema.parse(undefined)).toEqual([]);
    expect(read({}).data).toEqual([
      { from: 'Fri 16:00', to: 'Mon 07:00', timezone: 'UTC', reason: 'weekend', hotfixes: false },
    ]);
  });

  it.each([
    [{ from: 'Friday 16:00' }, 'no time of a week or of the calendar'],
    [{ from: 'Fri 24:00' }, 'no time of a week or of the calendar'],
    [{ from: '2026-02-30T00:00', to: '2026-03-01T00:00' }, 'no time of a week or of the calendar'],
    [{ to: '2026-12-20T00:00' }, 'different forms'],
    [{ to: 'Fri 16:00' }, 'not after'],
    [{ from: '2026-12-20T00:00', to: '2026-12-19T00:00' }, 'not after'],
    [{ timezone: 'Mars/Olympus' }, 'no time zone'],
  ])('%j is refused', (change, problem) => {
    expect(problemOf(change)).toContain(problem);
  });

  it('need a reason: whoever waits is told it', () => {
    expect(read({ reason: '' }).success).toBe(false);
  });
});
