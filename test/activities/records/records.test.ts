import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RecordActivities } from '../../../activities/contracts.ts';
import { createRecordActivities } from '../../../activities/records/index.ts';
import { progressDocument } from '../../../activities/steps/progress.ts';
import { keepFingerprint } from '../../../activities/store/fingerprints.ts';
import { createArtifactStore } from '../../../activities/store/index.ts';
import type { CiStepResult } from '../../../core/ci.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';
import type { Evidence } from '../../../core/release.ts';
import type { StepFacts, StepOutcome } from '../../../core/step.ts';

let folder: string;
let store: ArtifactStore;
let records: RecordActivities;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhaul-records-'));
  store = createArtifactStore({ home: { artifacts: join(folder, 'a'), documents: join(folder, 'd') } });
  records = createRecordActivities({ store });
});
afterEach(() => rm(folder, { recursive: true }));

const facts = { seconds: 1.5, documents: [], notes: [] };
const passed: CiStepResult = { name: 'lint', outcome: { status: 'passed', outputs: [], ...facts } };
const failed: CiStepResult = {
  name: 'unit-tests',
  outcome: {
    status: 'failed',
    reason: '1 failed: testA',
    exitCode: 1,
    lastLines: ['E   assert 1 == 2'],
    ...facts,
  },
};
const run = {
  id: 'ci/acme/model/0123',
  project: 'acme/model',
  commit: '0'.repeat(40),
  trigger: { kind: 'person', by: 'ann' },
  startedAt: '2026-01-01T00:00:00.000Z',
  seconds: 12,
  configDigest: 'sha256:00',
  steps: [passed, failed],
} as const;

test('a CI run is kept with reports that a person and another tool can read', async () => {
  const result = await records.saveCiRun(run);
  expect(result.passed).toBe(false);
  expect(await records.loadCiRun({ id: run.id })).toEqual(result);
  expect(await store.getText(result.report.markdown.digest)).toMatch(/unit-tests[\s\S]*testA/);
  expect(await store.getText(result.report.junit.digest)).toMatch(/<testsuite[\s\S]*unit-tests/);
  expect((await records.saveCiRun({ ...run, steps: [passed] })).passed).toBe(true);
});

test('a run’s page holds what the store knows of its steps, and comes also when that is lost', async () => {
  const fingerprint = {
    digest: 'sha256:f1',
    ...{ project: run.project, step: 'unit-tests', run: run.id, commit: run.commit },
    ...{ files: {}, inputs: null, commands: [], env: {}, secrets: {}, python: null, data: {}, needs: {} },
    ...{ tools: { platform: 'here' }, judgement: '{}' },
  };
  await keepFingerprint(store, fingerprint);
  const progress = await store.putText(
    '{"epoch": 1, "loss": 0.9}\n{"epoch": 2, "loss": 0.4}\n',
    progressDocument,
  );
  const training = { epoch: 2, epochs: 2, resumedFrom: 0, attempt: 1, metrics: {} };
  const pageOf = async (found: Partial<StepFacts>): Promise<string> => {
    const outcome = { ...passed.outcome, training, ...found } as StepOutcome;
    const { report } = await records.saveCiRun({ ...run, steps: [{ ...passed, outcome }] });
    return store.getText(report.html?.digest ?? '');
  };
  const known = await pageOf({ fingerprint: 'sha256:f1', documents: [progress] });
  expect(known).toContain('platform here');
  expect(known).toContain('loss went from 0.9 at epoch 1 to 0.4 at epoch 2');
  const lost = { ...progress, digest: `sha256:${'0'.repeat(64)}` };
  expect(await pageOf({ fingerprint: 'sha256:none', documents: [lost] })).toContain('epoch 2 of 2');
});

test('saving the same run again changes nothing', async () => {
  expect(await records.saveCiRun(run)).toEqual(await records.saveCiRun(run));
});

test('what was never saved is null', async () => {
  expect(await records.loadCiRun({ id: 'ci/x/y/z' })).toBeNull();
  expect(await records.loadRelease({ id: 'release/x/y-1' })).toBeNull();
});

test('the seal of evidence depends on every fact, and not on their order', async () => {
  const evidence: Omit<Evidence, 'digest'> = {
    commit: run.commit,
    configDigest: 'sha256:00',
    data: [],
    ciRun: run.id,
    candidateVersion: '2',
    championVersion: '1',
    metrics: { accuracy: 0.9, loss: 0.1 },
    loadTest: {
      ...{ requests: 10, p95Ms: 1, errorRate: 0, passed: true, reason: 'ok' },
      summary: { digest: 'sha256:11', size: 1, name: 's' },
    },
  };
  const sealed = await records.sealEvidence(evidence);
  expect(sealed.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  const reordered = { ...evidence, metrics: { loss: 0.1, accuracy: 0.9 } };
  expect((await records.sealEvidence(reordered)).digest).toBe(sealed.digest);
  expect(
    (await records.sealEvidence({ ...evidence, metrics: { accuracy: 0.91, loss: 0.1 } })).digest,
  ).not.toBe(sealed.digest);
});
