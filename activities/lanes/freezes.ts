import { Temporal } from 'temporal-polyfill';
import type { FreezeWindow } from '../../config/freeze-config.ts';
import type { Freeze } from '../../core/lane.ts';

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/**
 * The freezes that hold at the ISO time `at`, and of each window the next one. A time that a zone's clocks skip or have
 * twice is taken so that the freeze is never shorter than it reads. Times of the answer are ISO, in UTC.
 */
export function freezesAt(windows: readonly FreezeWindow[], at: string): readonly Freeze[] {
  const now = Temporal.Instant.from(at);
  return windows
    .flatMap((window) =>
      spansOf(window, now)
        .filter(({ until }) => Temporal.Instant.compare(until, now) > 0)
        .slice(0, 2)
        .map(({ from, until }): Freeze => ({
          reason: window.reason,
          from: isoOf(from),
          until: isoOf(until),
          ...(window.hotfixes ? { hotfixes: true } : {}),
        })),
    )
    .toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from));
}

interface Span {
  readonly from: Temporal.Instant;
  readonly until: Temporal.Instant;
}

const spansOf = (window: FreezeWindow, now: Temporal.Instant): readonly Span[] => {
  const weekly = timesOfWeek(window);
  if (weekly === null) {
    return [spanOf(Temporal.PlainDateTime.from(window.from), Temporal.PlainDateTime.from(window.to), window)];
  }
  const today = now.toZonedDateTimeISO(window.timezone).toPlainDate();
  const monday = today.subtract({ days: today.dayOfWeek - 1 });
  return [-1, 0, 1, 2].map((weeks) => {
    const first = monday.add({ days: 7 * weeks + weekly.fromDay });
    const last = first.add({ days: weekly.length });
    return spanOf(first.toPlainDateTime(weekly.from), last.toPlainDateTime(weekly.to), window);
  });
};

const spanOf = (
  from: Temporal.PlainDateTime,
  to: Temporal.PlainDateTime,
  { timezone }: FreezeWindow,
): Span => ({
  from: from.toZonedDateTime(timezone, { disambiguation: 'earlier' }).toInstant(),
  until: to.toZonedDateTime(timezone, { disambiguation: 'later' }).toInstant(),
});

/** `Fri 16:00` to `Mon 07:00`: from day 4 on, 3 days long; null for times of the calendar. */
function timesOfWeek({ from, to }: FreezeWindow): {
  readonly fromDay: number;
  /** Days from the first to the last. */
  readonly length: number;
  readonly from: Temporal.PlainTime;
  readonly to: Temporal.PlainTime;
} | null {
  const first = dayAndTime(from);
  const last = dayAndTime(to);
  if (first === null || last === null) return null;
  const length = (last.day - first.day + 7) % 7;
  const wraps = length === 0 && Temporal.PlainTime.compare(last.time, first.time) <= 0;
  return { fromDay: first.day, length: wraps ? 7 : length, from: first.time, to: last.time };
}

function dayAndTime(written: string): { readonly day: number; readonly time: Temporal.PlainTime } | null {
  const day = days.findIndex((name) => written.startsWith(`${name} `));
  return day < 0 ? null : { day, time: Temporal.PlainTime.from(written.slice(4)) };
}

const isoOf = (instant: Temporal.Instant): string => instant.toString({ smallestUnit: 'millisecond' });
