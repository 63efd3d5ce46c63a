import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CiRunResult } from '../../../../core/ci.ts';
import type { ReleaseOutcome, ReleaseRecord } from '../../../../core/release.ts';
import { ciNews } from '../../../../core/render/slack/ci-news.ts';
import type { SlackNews, SlackView } from '../../../../core/render/slack/news.ts';
import { releaseNews } from '../../../../core/render/slack/release-news.ts';
import { blocksShape } from '../../../support/slack/shapes.ts';
import { sampleRun } from '../sample-ci-run.ts';
import { askedRelease, looked } from './sample-news.ts';

/** What strangers can bring into names, reasons, logs and reports. */
const hostile = fc.oneof(
  fc.constantFrom(
    '<!channel> <!here|x> <@U024BE7LH> <#C024BE91L> <!subteam^S1> <https://evil.example|ok>',
    '@here @channel @everyone @HERE',
    '```` ``` ` ```',
    '&lt;!channel&gt; &amp;',
    '\u0000\u001b[31m\u2028\ud800',
    '',
    '   \n\n\t ',
    '*_~>- [x](y) | |---|',
    '😀'.repeat(2_000),
    '&'.repeat(4_000),
    'a'.repeat(9_000),
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom('<', '>', '&', '!', '@', 'here', '`', '|', '\n', 'x'), maxLength: 400 }),
);

/** The same value with every string in it replaced; what a program alone writes stays. */
function replaced(value: unknown, text: () => string, kept: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return text();
  if (Array.isArray(value)) return value.map((one) => replaced(one, text, kept));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, kept.has(key) ? one : replaced(one, text, kept)]),
  );
}

const ofPrograms = new Set([
  'phase',
  'kind',
  'gate',
  'status',
  'action',
  'sli',
  'decision',
  'arm',
  'provider',
  'source',
]);
const outcomes: readonly ReleaseOutcome['kind'][] = [
  'released',
  'rejected',
  'rolledBack',
  'superseded',
  'failed',
];

const view = (threads: boolean): SlackView => ({
  now: '2026-11-23T23:00:00.000Z',
  can: { threads, buttons: threads },
  web: 'https://github.com',
  champion: { accuracy: 0.9 },
  people: { ann: ['U024BE7LH'] },
});

function expectHarmless(all: readonly SlackNews[]): void {
  for (const { blocks, text } of all) {
    const read = blocksShape.safeParse(blocks);
    if (!read.success) throw new Error(read.error.message);
    const mrkdwn = [text, ...read.data.flatMap(mrkdwnOf)];
    for (const one of mrkdwn) {
      const own = one
        .replaceAll(/<https:\/\/github\.com\/[^<>|]*\|[^<>]*>/g, '')
        .replaceAll('<@U024BE7LH>', '');
      expect(own).not.toMatch(/[<>]/);
      expect(own).not.toMatch(/@(here|channel|everyone)/i);
      expect(own.replaceAll(/&(amp|lt|gt);/g, '')).not.toContain('&');
      expect(own.isWellFormed()).toBe(true);
      expect((own.match(/```/g) ?? []).length % 2).toBe(0);
    }
    expect(text.length).toBeLessThanOrEqual(300);
    expect(text).not.toMatch(/\n/);
  }
}

const mrkdwnOf = (block: object): readonly string[] =>
  [
    ...JSON.stringify(block).matchAll(
      /"type":"mrkdwn","text":("(?:[^"\\]|\\.)*")(,"verbatim":(true|false))?/g,
    ),
  ].map(([, text, , verbatim]) => {
    expect(verbatim).toBe('true');
    return JSON.parse(text ?? '""') as string;
  });

test('whatever a release’s words are, its messages fit Slack and mention nobody', () => {
  fc.assert(
    fc.property(
      fc.infiniteStream(hostile),
      fc.constantFrom(...outcomes),
      fc.boolean(),
      fc.boolean(),
      (texts, kind, threads, ended) => {
        const next = (): string => texts.next().value as string;
        const base = { ...askedRelease, ...looked, phase: ended ? 'ended' : 'waitingForApproval' };
        const outcome = ended ? { outcome: { kind, by: next(), reason: next() } } : {};
        const record = replaced({ ...base, ...outcome }, next, ofPrograms) as ReleaseRecord;
        expectHarmless(releaseNews(record, view(threads)));
      },
    ),
    { numRuns: 60 },
  );
});

test('whatever a CI run’s words are, its message fits Slack and mentions nobody', () => {
  fc.assert(
    fc.property(fc.infiniteStream(hostile), fc.integer({ min: 1, max: 60 }), (texts, steps) => {
      const next = (): string => texts.next().value as string;
      const failed = sampleRun.steps.filter(({ outcome }) => outcome.status === 'failed');
      const run = {
        ...sampleRun,
        passed: false,
        steps: Array.from({ length: steps }, () => failed).flat(),
        report: { markdown: { digest: '', size: 1, name: '' }, junit: { digest: '', size: 1, name: '' } },
      };
      const read = replaced(run, next, ofPrograms) as CiRunResult;
      const trace = JSON.stringify({ error: { type: next(), message: next(), trace: next() }, data: {} });
      const documents = Object.fromEntries(
        read.steps.map(({ name }) => [
          name,
          [
            { name: 'report.md', text: next() },
            { name: 'training_diagnostics.json', text: trace },
          ],
        ]),
      );
      expectHarmless(ciNews(read, documents, view(true)));
    }),
    { numRuns: 60 },
  );
});
