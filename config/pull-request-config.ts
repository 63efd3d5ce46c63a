/** `pullRequest` of longhaul.yaml: what the comment on a pull request asks of people, and how it reads metrics. */
import { z } from 'zod';
import type { ChecklistGroup, ChecklistItem, PullRequestPolicy } from '../core/pull-request-policy.ts';
import { patterns } from './fields.ts';

const words = z
  .string()
  .regex(/^[^\n\r]{1,300}$/)
  .meta({ title: 'a line of at most 300 characters' });

const stepNames = z
  .array(z.string().min(1))
  .min(1)
  .meta({ title: 'a list of names of steps, or of patterns of them' });

const item = z
  .union([
    words,
    z.strictObject({
      item: words.describe('What is to be ticked.'),
      steps: stepNames.optional().describe('Longhaul ticks it when all of these steps have passed.'),
      pulled: z
        .literal(true)
        .optional()
        .meta({ title: '`true`' })
        .describe(
          'Longhaul ticks it once the data of each `.dvc` file that changed was pulled and verified.',
        ),
    }),
  ])
  .meta({ title: 'a line of text, or a mapping with `item`' });

const items = z.array(item).max(30).meta({ title: 'a list of at most 30 items' });

const modelItems: z.input<typeof items> = [
  { item: 'The model’s performance is validated', steps: ['evaluate*', 'evaluation*'] },
  'It is compatible with what uses it now',
  'The model’s size is acceptable',
];
const dataItems: z.input<typeof items> = [
  {
    item: 'The data’s quality is validated',
    steps: ['*data*valid*', '*valid*data*', '*data*check*', '*check*data*', '*data*quality*'],
  },
  { item: '`dvc push` is done', pulled: true },
  'The data’s documentation is up to date',
];
const generalItems: z.input<typeof items> = [
  { item: 'Tests pass', steps: ['*test*', 'pytest*'] },
  'The code is reviewed',
];

const checklist = z
  .strictObject({
    model: z
      .strictObject({
        files: patterns
          .default(['src/model', 'src/model*', 'src/*/model*', 'models'])
          .describe('What counts as the model.'),
        items: items.prefault(modelItems).describe('What is asked when the model changed.'),
      })
      .prefault({})
      .describe('Asked when the model changed.'),
    data: z
      .strictObject({
        files: patterns.default(['**/*.dvc', 'dvc.lock']).describe('What counts as the data.'),
        items: items.prefault(dataItems).describe('What is asked when the data changed.'),
      })
      .prefault({})
      .describe('Asked when the data changed.'),
    general: items.prefault(generalItems).describe('What is asked besides, whenever there is a checklist.'),
    more: z
      .record(
        z.string().min(1).max(100),
        z.strictObject({
          files: patterns.describe('Files that ask for it when they change.'),
          items: items.describe('What is asked then.'),
        }),
      )
      .default({})
      .meta({ title: 'a mapping of further groups by title' })
      .describe('Further groups of items, by title.'),
  })
  .prefault({})
  .describe(
    'The checklist, shown when files change that ask for it. An empty list of items: none of that group.',
  );

export const pullRequestSchema = z
  .strictObject({
    checklist,
    lowerIsBetter: z
      .array(z.string().min(1))
      .default(['*loss*', '*error*', '*mae*', '*mse*', '*mape*', '*brier*', '*latency*'])
      .meta({ title: 'a list of names of metrics, or of patterns of them' })
      .describe('Metrics of which less is better when they are compared; of all others more is.'),
  })
  .prefault({})
  .describe('The comment on a pull request. That of the base branch counts.');

type PullRequestConfig = z.output<typeof pullRequestSchema>;

/** The file’s groups in the order in which people read them; those without items are left out. */
export function pullRequestPolicy({
  checklist: written,
  lowerIsBetter,
}: PullRequestConfig): PullRequestPolicy {
  const { model, data, general, more } = written;
  const groups: readonly ChecklistGroup[] = [
    { title: 'The model changed', files: model.files, items: model.items.map(toItem) },
    { title: 'The data changed', files: data.files, items: data.items.map(toItem) },
    ...Object.entries(more).map(([title, group]) => ({
      title,
      files: group.files,
      items: group.items.map(toItem),
    })),
    { title: 'In general', items: general.map(toItem) },
  ];
  return { checklist: groups.filter((group) => group.items.length > 0), lowerIsBetter };
}

function toItem(written: z.output<typeof item>): ChecklistItem {
  if (typeof written === 'string') return { item: written };
  const { item: text, steps, pulled } = written;
  return {
    item: text,
    ...(steps === undefined ? {} : { steps }),
    ...(pulled === undefined ? {} : { pulled }),
  };
}
