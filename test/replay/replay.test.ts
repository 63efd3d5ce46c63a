import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { workflowBundle } from '../workflow/harness.ts';

const root = join(import.meta.dirname, 'histories');
const recorded = readdirSync(root).flatMap((version) =>
  readdirSync(join(root, version)).map((file) => ({
    version,
    name: file.replace('.json', ''),
    path: join(root, version, file),
  })),
);

it('has a history for every way to end', () => {
  const names = recorded.filter(({ version }) => version === '0.1.0').map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'release-released',
      'release-rejected',
      'release-rolled-back-in-canary',
      'release-superseded',
      'release-failed-in-training',
      'rollback',
      'lane',
      'watch-passed',
      'watch-failed',
      'ci-run-passed',
      'ci-run-failed',
    ]) as unknown,
  );
});

interface Recorded {
  readonly events: readonly [
    { readonly workflowExecutionStartedEventAttributes: { readonly workflowId: string } },
  ];
}

it.each(recorded)('$version: $name replays', async ({ path }) => {
  const history = JSON.parse(readFileSync(path, 'utf8')) as Recorded;
  const { workflowId } = history.events[0].workflowExecutionStartedEventAttributes;
  await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history, workflowId);
});
