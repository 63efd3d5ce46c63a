/** What has to be done so that the schedules of a project are those of its file. */
import { compareSchedule } from './trigger-policy.ts';
import type { ScheduleTimes, TriggerPolicy } from './trigger-policy.ts';

/** What a schedule says; what it starts is read from the file when its time comes. */
export type ScheduleDefinition = Pick<ScheduleTimes, 'cron' | 'timezone' | 'overlap' | 'catchUp'>;

export type Schedules = Readonly<Record<string, ScheduleDefinition>>;

export type ScheduleChange =
  | { readonly kind: 'add' | 'keep'; readonly name: string; readonly to: ScheduleDefinition }
  | {
      readonly kind: 'change';
      readonly name: string;
      /** Null: nobody can tell, since somebody else has written it. */
      readonly from: ScheduleDefinition | null;
      readonly to: ScheduleDefinition;
    }
  | { readonly kind: 'remove'; readonly name: string };

/** The schedules of a file by name, the one that compares data among them. */
export const schedulesOf = ({ schedules, data }: TriggerPolicy): Schedules => {
  const all = {
    ...schedules,
    ...(data.compare === undefined ? {} : { [compareSchedule]: data.compare }),
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, { cron, timezone, overlap, catchUp }]) => [
      name,
      { cron, timezone, overlap, catchUp },
    ]),
  );
};

/** One for each name, in the order of the file, then what is to go. @param there null: a definition that cannot be read */
export function scheduleChanges(
  wanted: Schedules,
  there: Readonly<Record<string, ScheduleDefinition | null>>,
): readonly ScheduleChange[] {
  const kept = Object.entries(wanted).map(([name, to]): ScheduleChange => {
    const from = Object.hasOwn(there, name) ? there[name] : undefined;
    if (from === undefined) return { kind: 'add', name, to };
    return from !== null && isSame(from, to)
      ? { kind: 'keep', name, to }
      : { kind: 'change', name, from, to };
  });
  const gone = Object.keys(there).filter((name) => !Object.hasOwn(wanted, name));
  return [...kept, ...gone.sort().map((name): ScheduleChange => ({ kind: 'remove', name }))];
}

const parts = [
  'cron',
  'timezone',
  'overlap',
  'catchUp',
] as const satisfies readonly (keyof ScheduleDefinition)[];

const isSame = (one: ScheduleDefinition, other: ScheduleDefinition): boolean =>
  parts.every((part) => one[part] === other[part]);
