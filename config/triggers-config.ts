/** `triggers` of longhaul.yaml: what starts CI and releases. */
import { z } from 'zod';
import { problemOfCron } from '../core/cron.ts';
import { compareSchedule } from '../core/trigger-policy.ts';
import { commands, duration, name, patterns, secretNames, timezone } from './fields.ts';

const branch = z
  .string()
  .regex(/^[^\s/~^:\\*?[!-][^\s~^:\\*?[]*$/)
  .meta({ title: 'the name of a branch' });

const branchPattern = z
  .string()
  .regex(/^!?[^\s/~^:\\!-][^\s~^:\\]*$/)
  .meta({ title: 'a branch, or a pattern such as `release/*`' });

const branches = z
  .array(branchPattern)
  .meta({ title: 'a list of branches, or of patterns such as `release/*`' });

const cron = z
  .string()
  .superRefine((expression, context) => {
    const problem = problemOfCron(expression);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({ title: 'five fields of cron such as `0 2 * * *`' });

const times = {
  timezone: timezone.default('UTC').describe('Time zone that `cron` is in.'),
  overlap: z
    .enum(['skip', 'bufferOne', 'allowAll'])
    .default('skip')
    .describe('What is done when the time comes while what the last one began still goes on.'),
  catchUp: duration
    .prefault('1h')
    .describe('A time that was missed, since Temporal was down, is made up for when it is not older.'),
};

const schedule = z.strictObject({
  cron: cron.describe('When: minute, hour, day of the month, month, day of the week.'),
  ...times,
  branch: branch.default('main').describe('The branch whose newest commit is run.'),
  cache: z
    .enum(['use', 'ignore'])
    .default('ignore')
    .describe('Whether steps take over results; `ignore` runs them all, which is what a night is for.'),
  release: z.boolean().default(false).describe('Whether a release follows when CI has passed.'),
});

const compare = z.strictObject({
  cron: cron.default('15 * * * *').describe('When the source of the data is looked at.'),
  ...times,
  run: commands
    .optional()
    .describe(
      'What prints a digest of the data as it is now; something else than the last time is a change. Default: what `dvc update` would change of the imports.',
    ),
  secrets: secretNames.default([]).describe('Secrets, besides those of the whole file.'),
});

const data = z.strictObject({
  files: patterns
    .default(['**/*.dvc', '**/dvc.lock'])
    .describe('Files that say which data a commit has: a push that touches them is a change of data.'),
  branch: branch.default('main').describe('The branch whose data is trained on.'),
  release: z.boolean().default(true).describe('Whether the model is trained anew and released.'),
  compare: compare
    .optional()
    .describe('Looks at the source of the data by schedule. Left out: nobody looks.'),
});

/** Schema of `triggers`; its defaults are the guide's. */
export const triggersSchema = z.strictObject({
  push: branches.default(['main', 'develop']).describe('Branches whose pushes run CI.'),
  pullRequest: branches.default(['main']).describe('Branches that pull requests run CI for.'),
  release: branches
    .default(['main'])
    .describe('Branches whose green commits are released, where the file has a `release`.'),
  data: data.prefault({}).describe('What a change of data is, and what it starts.'),
  schedules: z
    .record(
      name.refine((given) => given !== compareSchedule, `is the name of the schedule that compares data`),
      schedule,
    )
    .prefault({ nightly: { cron: '0 2 * * *' } })
    .meta({ title: 'a mapping of schedules by name' })
    .describe('What runs by the clock, by name. Left out: `nightly`, at 02:00 UTC. `{}`: nothing.'),
  environments: z
    .record(branchPattern, z.enum(['staging', 'production']))
    .default({ main: 'production' })
    .meta({ title: 'a mapping of `staging` or `production` by branch' })
    .describe(
      'Whose configuration CI of a branch runs with: the last that fits. All others, and pull requests: staging’s.',
    ),
});
