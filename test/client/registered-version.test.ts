import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseVersion } from '../../client/registered-version.ts';
import { startMlflow } from '../servers/mlflow.ts';
import type { StartedMlflow } from '../servers/mlflow.ts';

let mlflow: StartedMlflow;
beforeAll(async () => {
  mlflow = await startMlflow();
  await mlflow.post('registered-models/create', { name: 'churn' });
}, 180_000);
afterAll(() => mlflow.stop());

const choose = (model: string, asked?: string) => chooseVersion(mlflow.trackingUri, model, asked);

async function register(): Promise<string> {
  const { run } = (await mlflow.post('runs/create', { experiment_id: '0' })) as {
    readonly run: { readonly info: { readonly run_id: string; readonly artifact_uri: string } };
  };
  const { run_id: runId, artifact_uri: artifacts } = run.info;
  await mlflow.post('model-versions/create', { name: 'churn', run_id: runId, source: `${artifacts}/model` });
  return runId;
}

test('a model without a version is told, with what registers one', async () => {
  await expect(choose('churn')).rejects.toThrow(/a version of churn.*longhaul release start/);
  await expect(choose('nobody')).rejects.toThrow(/a version of nobody/);
});

test('the newest is taken while there is no champion, and then the champion', async () => {
  const [first] = [await register(), await register()];
  expect(await choose('churn')).toMatchObject({ version: { version: '2' }, because: 'the newest' });
  await mlflow.post('registered-models/alias', { name: 'churn', alias: 'champion', version: '1' });
  expect(await choose('churn')).toMatchObject({
    version: { model: 'churn', version: '1', runId: first },
    because: 'the champion',
  });
});

test('one that is asked for is taken, or told to be missing', async () => {
  expect(await choose('churn', '2')).toMatchObject({ version: { version: '2' }, because: 'asked for' });
  await expect(choose('churn', '9')).rejects.toThrow(/does not have version 9 of churn/);
});

test('a registry that is away is told by its address', async () => {
  await expect(chooseVersion('http://127.0.0.1:1', 'churn', undefined)).rejects.toThrow(
    /MLflow does not answer at http:\/\/127\.0\.0\.1:1/,
  );
});
