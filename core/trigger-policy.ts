/** What a project's file says of what starts what: `triggers` of longhaul.yaml with every default applied. */
import { filePatterns } from './file-patterns.ts';

export type ConfigurationName = 'staging' | 'production';

export interface TriggerPolicy {
  /** Branches whose pushes run CI. */
  readonly push: readonly string[];
  /** Branches that pull requests are for: these run CI. */
  readonly pullRequest: readonly string[];
  /** Branches whose green commits are released. */
  readonly release: readonly string[];
  readonly data: DataPolicy;
  readonly schedules: Readonly<Record<string, SchedulePolicy>>;
  /** Branch pattern to the configuration that its CI runs with; staging's where none fits. */
  readonly environments: Readonly<Record<string, ConfigurationName>>;
}

export interface DataPolicy {
  /** Patterns of the files that say which data a commit has. */
  readonly files: readonly string[];
  /** The branch whose data is trained on. */
  readonly branch: string;
  /** Whether a change is followed by a release, once CI has passed. */
  readonly release: boolean;
  /** Absent: nobody looks at the remote by schedule. */
  readonly compare?: ComparePolicy | undefined;
}

/** How what lies at the data's source is looked at; `run` prints what is compared with the last time. */
export interface ComparePolicy extends ScheduleTimes {
  /** Absent: what `dvc update` would change of the imports. */
  readonly run?: readonly string[] | undefined;
  readonly secrets: readonly string[];
}

export interface ScheduleTimes {
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** Of the IANA list, such as `Asia/Seoul`. */
  readonly timezone: string;
  /** What is done when the time comes while the last one still goes on. */
  readonly overlap: 'skip' | 'bufferOne' | 'allowAll';
  /** How old a time may be that was missed, in milliseconds, to be made up for. */
  readonly catchUp: number;
}

export interface SchedulePolicy extends ScheduleTimes {
  readonly branch: string;
  readonly release: boolean;
  readonly cache: 'use' | 'ignore';
}

/** The name that the schedule has which compares data; no schedule of a file may have it. */
export const compareSchedule = 'compare-data';

/** The output of the look at the data's source: what lies there now, in whatever words. */
export const seenFile = 'data-seen';

/** Whether patterns choose a branch: a name, or `release/*`; `!` takes out what an earlier one put in. */
export const choosesBranch = (patterns: readonly string[], branch: string): boolean =>
  filePatterns(patterns)(branch);

/** The configuration that CI of a branch runs with: that of the last pattern that fits, else staging's. */
export const configurationOf = (
  { environments }: Pick<TriggerPolicy, 'environments'>,
  branch: string,
): ConfigurationName =>
  Object.entries(environments).findLast(([pattern]) => choosesBranch([pattern], branch))?.[1] ?? 'staging';
