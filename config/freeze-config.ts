import { z } from 'zod';
import { timezone } from './fields.ts';

const weeklyTime = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([01]\d|2[0-3]):[0-5]\d$/;
const calendarTime = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/;

const moment = z
  .string()
  .refine(
    (text) => weeklyTime.test(text) || (calendarTime.test(text) && isDay(text)),
    'is no time of a week or of the calendar',
  )
  .meta({ title: 'a time such as `Fri 16:00`, every week, or `2026-12-20T00:00`, once' });

/** `2026-02-30` is none. */
const isDay = (text: string): boolean =>
  new Date(`${text}:00Z`).toISOString().slice(0, 10) === text.slice(0, 10);

const freezeWindow = z
  .strictObject({
    from: moment.describe('When it begins: `Fri 16:00`, every week, or `2026-12-20T00:00`, once.'),
    to: moment.describe('When it ends, in the same form.'),
    timezone: timezone.default('UTC').describe('Time zone that both are in.'),
    reason: z.string().min(1).describe('Why; shown to whoever waits.'),
    hotfixes: z.boolean().default(false).describe('Whether hotfixes pass.'),
  })
  .refine(({ from, to }) => weeklyTime.test(from) === weeklyTime.test(to), {
    message: 'has `from` and `to` in different forms',
  })
  .refine(({ from, to }) => from !== to && (weeklyTime.test(from) || from < to), {
    message: 'has a `to` that is not after `from`',
  });

/** Times at which no release takes a lane of an environment. */
export const freezesSchema = z
  .array(freezeWindow)
  .default([])
  .describe(
    'Times at which no release begins here: it waits. What is under way goes on, and what undoes something always passes.',
  );

export type FreezeWindow = z.output<typeof freezeWindow>;
