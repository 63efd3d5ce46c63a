import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createArtifactStore } from '../../activities/store/index.ts';
import { documentKeys } from '../../core/ids.ts';
import { recordMetrics } from '../../core/monitoring/record-metrics.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { ReleaseOutcome } from '../../core/release.ts';
import { homePaths } from '../../local/home.ts';
import { createReleaseReader } from '../../workers/metrics/records/releases.ts';
import { exampleRecord } from '../client/example-record.ts';

const now = Date.parse('2026-11-23T15:00:00.000Z');
const release = { type: 'release', id: exampleRecord.id, runId: 'run', open: false } as const;
const rollback = {
  type: 'rollback',
  id: `rollback/${exampleRecord.id}`,
  runId: 'undo',
  open: false,
} as const;

let folder: string;
let store: ArtifactStore;
let read: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-gauges-'));
  const real = createArtifactStore({ home: homePaths(folder) });
  read = [];
  store = {
    ...real,
    readDocument: (key) => {
      read.push(key);
      return real.readDocument(key);
    },
  };
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const endAs = (outcome: ReleaseOutcome): Promise<void> =>
  store.writeDocument(
    documentKeys.release(exampleRecord.id),
    JSON.stringify({ ...exampleRecord, phase: 'ended', outcome }),
  );

test('a release that has ended is read once, and again when it was rolled back', async () => {
  const readReleases = createReleaseReader(store);
  const outcomes = async (...executions: Parameters<typeof readReleases>[0]): Promise<readonly unknown[]> =>
    (await readReleases(executions, now))
      .filter(({ metric, labels }) => metric === recordMetrics.releasesEnded && labels['window'] === '1d')
      .map(({ labels }) => labels['outcome']);

  await endAs({ kind: 'released' });
  expect(await outcomes(release)).toEqual(['released']);
  expect(await outcomes(release)).toEqual(['released']);
  expect(read.filter((key) => key === documentKeys.release(exampleRecord.id))).toHaveLength(1);

  await endAs({ kind: 'rolledBack', reason: 'by ann' });
  expect(await outcomes(release, { ...rollback, open: true })).toEqual(['released']);
  expect(await outcomes(release, rollback)).toEqual(['rolledBack']);
  expect(await outcomes()).toEqual([]);
});
