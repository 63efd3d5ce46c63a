import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMlflowRegistry, createRegistryActivities } from '../../../activities/registry/index.ts';
import { startMlflow } from '../../servers/mlflow.ts';
import type { StartedMlflow } from '../../servers/mlflow.ts';

let mlflow: StartedMlflow;
let registry: ReturnType<typeof createMlflowRegistry>;
let activities: ReturnType<typeof createRegistryActivities>;
let folder: string;
/** Run ids by what was logged into them. */
const runs: Record<'good' | 'second' | 'twoModels' | 'racing' | 'empty', string> = {
  good: '',
  second: '',
  twoModels: '',
  racing: '',
  empty: '',
};

const openRun = (key: string, experiment = 'delays'): Promise<string> =>
  registry.openRun({ experiment, name: 'training', key, tags: { commit: 'c0ffee' } });

const modelVersions = async (model: string): Promise<number> => {
  const filter = encodeURIComponent(`name='${model}'`);
  const answer = await fetch(`${mlflow.trackingUri}/api/2.0/mlflow/model-versions/search?filter=${filter}`);
  return ((await answer.json()) as { model_versions?: unknown[] }).model_versions?.length ?? 0;
};

beforeAll(async () => {
  mlflow = await startMlflow();
  registry = createMlflowRegistry({ trackingUri: mlflow.trackingUri });
  activities = createRegistryActivities({ registry });
  folder = await mkdtemp(join(tmpdir(), 'longhaul-registry-'));
  for (const name of ['good', 'second', 'twoModels', 'racing', 'empty'] as const) {
    runs[name] = await openRun(`release/delays/${name}`);
  }
  await mlflow.logModels([
    { runId: runs.good, name: 'model', step: 0, metrics: { auc: 0.8, rmse: Number.MAX_VALUE } },
    { runId: runs.second, name: 'model', step: 0, metrics: { auc: 0.9 } },
    { runId: runs.twoModels, name: 'best', step: 7, metrics: {} },
    { runId: runs.twoModels, name: 'last-written', step: 3, metrics: {} },
    { runId: runs.racing, name: 'model', step: 0, metrics: {} },
  ]);
}, 300_000);

afterAll(async () => {
  await mlflow.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('opening a training run', () => {
  it('gives the same run for the same key, and another for another', async () => {
    expect(await openRun('release/delays/good')).toBe(runs.good);
    expect(runs.second).not.toBe(runs.good);
  });

  it('makes one run and one experiment when called at the same moment', async () => {
    const ids = await Promise.all([1, 2, 3].map(() => openRun("it's one key", 'contested')));
    const again = await openRun("it's one key", 'contested');
    expect(ids).toContain(again);
    const { experiment } = (await (
      await fetch(`${mlflow.trackingUri}/api/2.0/mlflow/experiments/get-by-name?experiment_name=contested`)
    ).json()) as { experiment: { experiment_id: string } };
    const found = (await mlflow.post('runs/search', { experiment_ids: [experiment.experiment_id] })) as {
      runs: { info: { run_id: string } }[];
    };
    expect(found.runs.map((run) => run.info.run_id)).toEqual([again]);
  });

  it('tells that the experiment was deleted, and how to restore it', async () => {
    const { experiment_id: id } = (await mlflow.post('experiments/create', { name: 'gone' })) as {
      experiment_id: string;
    };
    await mlflow.post('experiments/delete', { experiment_id: id });
    await expect(openRun('key', 'gone')).rejects.toMatchObject({
      type: 'Rejected',
      message: expect.stringContaining(`restore --experiment-id ${id}`) as string,
    });
  });

  it('closes a run once: the second call keeps the end time', async () => {
    await registry.closeRun(runs.empty, 'KILLED');
    const read = async () =>
      (
        (await (
          await fetch(`${mlflow.trackingUri}/api/2.0/mlflow/runs/get?run_id=${runs.empty}`)
        ).json()) as { run: { info: { status: string; end_time: number } } }
      ).run.info;
    const first = await read();
    await registry.closeRun(runs.empty, 'KILLED');
    expect(first.status).toBe('KILLED');
    expect((await read()).end_time).toBe(first.end_time);
  });

  it('reads the latest value of each metric', async () => {
    expect(await registry.metrics(runs.good)).toEqual({ auc: 0.8, rmse: Number.MAX_VALUE });
  });
});

describe('registering', () => {
  it('registers a run once, however often it is asked to', async () => {
    const input = { model: 'once', runId: runs.good, tags: { commit: 'c0ffee' } };
    const first = await activities.registerCandidate(input);
    expect(first).toMatchObject({
      model: 'once',
      version: '1',
      runId: runs.good,
      tags: { commit: 'c0ffee' },
    });
    expect(first.source).toMatch(/^models:\/m-/);
    expect(await activities.registerCandidate({ ...input, tags: { report: 'sha256:1' } })).toEqual({
      ...first,
      tags: { commit: 'c0ffee', report: 'sha256:1' },
    });
    expect(await modelVersions('once')).toBe(1);
  });

  it('refuses a model whose champion came from another project', async () => {
    const of = (project: string) => ({ 'longhaul.project': project });
    const { version } = await activities.registerCandidate({
      model: 'owned',
      runId: runs.good,
      tags: of('a/a'),
    });
    await activities.setAlias({ model: 'owned', alias: 'champion', version });
    const foreign = activities.registerCandidate({ model: 'owned', runId: runs.second, tags: of('b/b') });
    await expect(foreign).rejects.toMatchObject({
      type: 'NotPermitted',
      message: expect.stringContaining('belongs to a/a') as string,
    });
    const own = await activities.registerCandidate({ model: 'owned', runId: runs.second, tags: of('a/a') });
    expect(own.version).toBe('2');
  });

  it('leaves one version when two register at the same moment', async () => {
    const register = () => registry.register({ model: 'racing', runId: runs.racing, tags: {} });
    const found = await Promise.allSettled([register(), register(), register()]);
    const again = await register();
    expect(await modelVersions('racing')).toBe(1);
    for (const one of found) {
      if (one.status === 'fulfilled') expect(one.value).toEqual(again);
    }
  });

  it('takes the model of the largest step when a run logged several', async () => {
    const { version } = await registry.register({ model: 'several', runId: runs.twoModels, tags: {} });
    const into = join(folder, 'several');
    await registry.download(await registry.describe('several', version), into);
    const search = (await mlflow.post('logged-models/search', {
      experiment_ids: ['1'],
      filter: `source_run_id = '${runs.twoModels}' and name = 'best'`,
    })) as { models: { info: { model_id: string } }[] };
    expect((await registry.describe('several', version)).source).toBe(
      `models:/${search.models[0]?.info.model_id ?? ''}`,
    );
  });

  it('registers a model that an older client left among the artifacts of its run', async () => {
    const runId = await openRun('release/delays/older-client');
    const files = `${mlflow.trackingUri}/api/2.0/mlflow-artifacts/artifacts/1/${runId}/artifacts/model`;
    await fetch(`${files}/MLmodel`, { method: 'PUT', body: 'flavors: {}' });
    const told = [{ artifact_path: 'model', utc_time_created: '2026-01-01 00:00:00', run_id: runId }];
    await mlflow.post('runs/set-tag', {
      run_id: runId,
      key: 'mlflow.log-model.history',
      value: JSON.stringify(told),
    });
    const version = await registry.register({ model: 'older', runId, tags: {} });
    await registry.download(version, join(folder, 'older'));
    expect(await readFile(join(folder, 'older', 'MLmodel'), 'utf8')).toBe('flavors: {}');
  });

  it('says what to do about a run that logged no model', async () => {
    await expect(registry.register({ model: 'none', runId: runs.empty, tags: {} })).rejects.toMatchObject({
      type: 'NotFound',
      message: expect.stringContaining('MLFLOW_RUN_ID') as string,
    });
    expect(await modelVersions('none')).toBe(0);
  });
});

describe('aliases', () => {
  const alias = 'champion';
  let model: string;
  beforeAll(async () => {
    model = 'aliased';
    await registry.register({ model, runId: runs.good, tags: {} });
    await registry.register({ model, runId: runs.second, tags: {} });
  });

  it('has none before the model exists', async () => {
    expect(await registry.getAlias('unheard-of', alias)).toBeNull();
    expect(await activities.describeAlias({ model: 'unheard-of', alias })).toBeNull();
  });

  it('is set and removed, each twice with the same expectation as after a lost answer', async () => {
    for (const [version, expected] of [
      ['1', null],
      ['2', '1'],
      [null, '2'],
    ] as const) {
      await activities.setAlias({ model, alias, version, expected });
      await activities.setAlias({ model, alias, version, expected });
      expect(await registry.getAlias(model, alias)).toBe(version);
    }
  });

  it('is left alone, and told as a conflict, when somebody else has moved it', async () => {
    await registry.setAlias({ model, alias, version: '2' });
    await expect(activities.setAlias({ model, alias, version: null, expected: '1' })).rejects.toMatchObject({
      type: 'Conflict',
    });
    expect(await registry.getAlias(model, alias)).toBe('2');
  });

  it('describes the version that has it, with the metrics of its run', async () => {
    await registry.setAlias({ model, alias, version: '2' });
    expect(await activities.describeAlias({ model, alias })).toMatchObject({
      version: { model, version: '2', runId: runs.second },
      metrics: { auc: 0.9 },
    });
  });

  it('is put back to what it was, once or twice', async () => {
    for (const version of ['1', null]) {
      await registry.setAlias({ model, alias, version: '2' });
      const first = await activities.restoreAlias({ model, alias, own: '2', version });
      expect(first).toMatchObject({ verified: true, residue: [] });
      expect(await activities.restoreAlias({ model, alias, own: '2', version })).toEqual(first);
      expect(await registry.getAlias(model, alias)).toBe(version);
    }
  });

  it('stays where somebody else has put it meanwhile', async () => {
    await registry.setAlias({ model, alias, version: '2' });
    const report = await activities.restoreAlias({ model, alias, own: '7', version: '1' });
    expect(report).toMatchObject({
      verified: true,
      detail: expect.stringContaining('stays on version 2') as string,
    });
    expect(await registry.getAlias(model, alias)).toBe('2');
  });

  it('names as residue an alias whose version was deleted meanwhile', async () => {
    await registry.setAlias({ model, alias, version: '2' });
    const report = await activities.restoreAlias({ model, alias, own: '2', version: '77' });
    expect(report.verified).toBe(false);
    expect(report.residue).toEqual([expect.stringContaining('is on version 2, not on version 77')]);
  });
});

describe('the gate', () => {
  const gate = { minimum: { auc: 0.7 }, noWorseThanChampionBy: { auc: 0.02 } };

  it('has only the minimum to ask about before there is a champion', async () => {
    const answer = await activities.judgeCandidate({ model: 'unheard-of', metrics: { auc: 0.75 }, ...gate });
    expect(answer).toMatchObject({ passed: true, championVersion: null });
    const low = await activities.judgeCandidate({ model: 'unheard-of', metrics: { auc: 0.6 }, ...gate });
    expect(low.passed).toBe(false);
  });

  it('compares with what was evaluated of the champion, before what its trainer said of itself', async () => {
    const model = 'gated';
    const { version } = await registry.register({ model, runId: runs.second, tags: {} });
    await registry.setAlias({ model, alias: 'champion', version });
    const judge = () => activities.judgeCandidate({ model, metrics: { auc: 0.86 }, ...gate });
    expect(await judge()).toMatchObject({ passed: false, championVersion: version });
    await activities.tagVersion({ model, version, tags: { 'longhaul.metrics': '{"auc":0.87}' } });
    expect(await judge()).toMatchObject({ passed: true, championVersion: version });
  });
});

describe('downloading', () => {
  it('copies all files, whole, also when two do it at once or again', async () => {
    const version = await registry.register({ model: 'fetched', runId: runs.good, tags: {} });
    const into = join(folder, 'models', 'fetched', '1');
    await Promise.all([registry.download(version, into), registry.download(version, into)]);
    expect(await readFile(join(into, 'artifacts', 'words.txt'), 'utf8')).toBe('wind, distance');
    expect(await readFile(join(into, 'MLmodel'), 'utf8')).toContain('python_function');
    expect(await readdir(join(folder, 'models', 'fetched'))).toEqual(['1']);

    await writeFile(join(into, 'MLmodel'), 'kept');
    await registry.download(version, into);
    expect(await readFile(join(into, 'MLmodel'), 'utf8')).toBe('kept');
  });

  it('never overwrites a folder that holds something else', async () => {
    const version = await registry.register({ model: 'fetched', runId: runs.good, tags: {} });
    const into = await mkdtemp(join(folder, 'taken-'));
    await writeFile(join(into, 'diary.txt'), 'mine');
    await expect(registry.download(version, into)).rejects.toMatchObject({ type: 'Conflict' });
    expect(await readdir(into)).toEqual(['diary.txt']);
  });
});

describe('failures', () => {
  it('tells a missing version from a wrong request', async () => {
    await expect(registry.describe('once', '77')).rejects.toMatchObject({ type: 'NotFound' });
    await expect(registry.describe('once', 'seven')).rejects.toMatchObject({ type: 'Rejected' });
  });

  it('removes what it gathered when the files are gone', async () => {
    const parent = await mkdtemp(join(folder, 'gone-'));
    const version = { model: 'once', version: '77', runId: '', source: '', tags: {} };
    await expect(registry.download(version, join(parent, 'model'))).rejects.toMatchObject({
      type: 'NotFound',
    });
    expect(await readdir(parent)).toEqual([]);
  });
});
