/**
 * Kills real processes of a whole stack in the middle of real releases, and types `longhaul up`. Each release has
 * to end as it would have, each effect once; what is asserted is read from MLflow, Envoy, the users and a file that
 * the trainings write, not from Longhaul.
 */
import { beforeAll, expect, test } from 'vitest';
import { runningWorkers } from '../../client/cli/worker-processes.ts';
import { laneKey } from '../../core/ids.ts';
import { readObserved } from '../../local/supervisor/state-files.ts';
import { eventually } from './support/eventually.ts';
import { kill9, runningOf } from './support/processes.ts';
import { inMidCanary, releaseEnded, releaseWhen, startRelease } from './support/releases.ts';
import { quick } from './support/repository.ts';
import { model, project, startWholeStack } from './support/stack.ts';
import type { Stack } from './support/stack.ts';
import { aliased, productionWeights, registeredVersions, runsOf } from './support/truth.ts';
import { ask, startUsers } from './support/users.ts';
import type { Users } from './support/users.ts';

/** For a machine that does much else; together they take three minutes on two free cores. */
const limits = { timeout: 600_000 };
const released = { outcome: { kind: 'released' }, residue: [] };

let stack: Stack;
let users: Users;

beforeAll(async () => {
  stack = await startWholeStack();
  users = startUsers(stack.production);
  return async () => {
    users.stop();
    await stack.remove();
  };
}, limits.timeout);

test('every worker killed in mid-training: it goes on from the checkpoint, once', limits, async () => {
  const id = await startRelease(stack, { ...quick, epochSeconds: 1 });
  await eventually('epoch 3 is in a heartbeat', async () => {
    const [training] = (await stack.client.release(id))?.pending ?? [];
    return (training?.progress?.epoch ?? 0) >= 3 ? true : null;
  });

  await kill9(await runningWorkers(stack.home));
  await stack.up();
  const release = await releaseEnded(stack, id);

  expect(release).toMatchObject({ ...released, training: { epoch: 8, epochs: 8, attempt: 2 } });
  const resumedFrom = release.training?.resumedFrom ?? 0;
  expect(resumedFrom).toBeGreaterThanOrEqual(3);
  expect(release.training?.ledger?.attempts).toMatchObject([
    { number: 1, ended: 'preemption', reason: expect.stringContaining('the worker was lost') as string },
    { number: 2, ended: 'passed', fromEpoch: resumedFrom, secondsLost: 0 },
  ]);
  // No epoch of the checkpoint ran again, and the killed attempt began none beside the retry.
  const effects = await stack.effects(id);
  const retry = effects.findIndex(({ pid }) => pid !== effects[0]?.pid);
  expect(effects.slice(0, retry).map(({ epoch }) => epoch)).toEqual(epochs(1, retry));
  expect(effects.slice(retry).map(({ epoch }) => epoch)).toEqual(epochs(resumedFrom + 1, 8));

  expect(await runsOf(stack, id)).toEqual([release.mlflowRunId]);
  expect(await versionsOf(release.mlflowRunId)).toEqual([release.candidateVersion]);
  expect(await aliased(stack, 'champion')).toBe(release.candidateVersion);
});

test('every worker killed in mid-canary: users are served, and it goes on', limits, async () => {
  await haveChampion();
  const from = users.answers.length;
  const id = await startRelease(stack, quick);
  await releaseWhen(stack, id, 'it is in mid-canary', inMidCanary);

  await kill9(await runningWorkers(stack.home));
  const killed = users.answers.length;
  const weights = await productionWeights(stack);
  await eventually('users ask while no worker runs', () =>
    users.answers.length > killed + 60 ? true : null,
  );
  const whileAway = users.answers.slice(killed);
  expect(await productionWeights(stack)).toEqual(weights);
  await stack.up();
  const release = await releaseEnded(stack, id);

  expect(release).toMatchObject(released);
  expect(new Set(whileAway.map(({ version }) => version)).size).toBe(2);
  expect(users.answers.slice(from).filter(({ status }) => status !== 200)).toEqual([]);
  expect(await versionsOf(release.mlflowRunId)).toEqual([release.candidateVersion]);
  expect(await aliased(stack, 'champion')).toBe(release.candidateVersion);
  expect(Object.values(await productionWeights(stack))).toEqual([100]);
  expect(await ask(stack.production)).toEqual({ status: 200, version: release.candidateVersion });
});

test('the deploy worker killed in mid-undo: all is as before the release, and verified', limits, async () => {
  await haveChampion();
  const before = await production();
  const id = await startRelease(stack, { ...quick, canary: '60s' });
  await releaseWhen(stack, id, 'it is in mid-canary', inMidCanary);
  const from = users.answers.length;
  const { accepted } = await stack.client.send(id, 'abort', { by: 'a tester', comment: 'not this one' });
  expect(accepted).toBe(true);
  await releaseWhen(
    stack,
    id,
    'one compensation is recorded',
    ({ compensations }) => compensations.length > 0,
  );

  await kill9((await runningWorkers(stack.home)).filter(({ queue }) => queue === 'deploy'));
  const halfDone = await stack.client.release(id);
  expect(halfDone).toMatchObject({ status: 'RUNNING', record: { phase: 'undoing' } });
  await stack.up();
  const release = await releaseEnded(stack, id);

  expect(release).toMatchObject({
    outcome: { kind: 'rolledBack', reason: 'aborted by a tester: not this one' },
    residue: [],
  });
  expect(release.compensations.map(({ name, verified }) => [name, verified])).toEqual([
    ['production traffic', true],
    ['production servers and config', true],
    ['alias champion', true],
    ['alias challenger', true],
    ['staging', true],
  ]);
  expect(halfDone?.record?.compensations.length).toBeLessThan(release.compensations.length);
  expect(await production()).toEqual(before);
  expect(await runningOf(before.replicas)).toEqual(before.replicas);
  expect(await ask(stack.production, { canary: 'true' })).toEqual({ status: 200, version: before.champion });
  expect(users.answers.slice(from).filter(({ status }) => status !== 200)).toEqual([]);
});

test('the supervisor killed in mid-canary: all is back as it was desired', limits, async () => {
  await haveChampion();
  const champion = await aliased(stack, 'champion');
  const id = await startRelease(stack, quick);
  await releaseWhen(stack, id, 'it is in mid-canary', inMidCanary);
  // The weights stay as they are while it is paused, however long the servers take to start.
  await stack.client.send(id, 'pause', { by: 'a tester' });
  const { runId, candidateVersion } = await releaseWhen(stack, id, 'it is paused', ({ paused }) => paused);
  const weights = await productionWeights(stack);
  const { supervisor, processes } = await readObserved(stack.home);
  const servers = processes.flatMap(({ process }) => (process === null ? [] : [process]));

  await kill9(supervisor === null ? [] : [supervisor]);
  await stack.up();
  expect(await runningOf(servers)).toEqual([]);
  await eventually('both arms are served again', async () => {
    const toCandidate = await ask(stack.production, { canary: 'true' });
    const toChampion = await ask(stack.production);
    return toCandidate.version === candidateVersion && toChampion.version === champion ? true : null;
  });
  expect(await productionWeights(stack)).toEqual(weights);
  await stack.client.send(id, 'resume', { by: 'a tester' });
  const release = await releaseEnded(stack, id);

  expect(release).toMatchObject({ ...released, runId });
  expect(await aliased(stack, 'champion')).toBe(candidateVersion);
  expect(await ask(stack.production)).toEqual({ status: 200, version: candidateVersion });
});

test('a commit that does not exist ends its CI run with a line that says so', limits, async () => {
  const commit = 'deadbeef'.repeat(5);
  const { code, stderr } = await stack.type('ci', 'run', '--project', project, '--commit', commit);
  expect(stderr).toMatch(/^[^\n]+\n([^\n]+\n)?$/);
  expect(stderr).toContain(commit);
  expect(code).toBe(5);
  expect((await stack.client.ciRun(`ci/${project}/${commit}`))?.status).toBe('FAILED');
});

test(
  'Prometheus finds every worker, also those started anew, and tells what the records say',
  limits,
  async () => {
    await haveChampion();
    const releases = await stack.client.releases({ limit: 100 });
    const released = releases.filter(({ record }) => record?.outcome?.kind === 'released').length;
    const told = 'max(longhaul_releases_ended{outcome="released", window="1d"})';
    await eventually('the records are told', async () =>
      (await prometheus(told)) === released ? true : null,
    );
    await eventually('each worker is reached on both of its ports', async () =>
      (await prometheus('count(up{job="longhaul"} == 1)')) === 8 ? true : null,
    );
    expect(await prometheus('count(up{job="longhaul"})')).toBe(8);
  },
);

test('`longhaul down` ends every process', limits, async () => {
  const processes = await stack.processes();
  expect(processes.length).toBeGreaterThanOrEqual(9);
  expect((await stack.type('down')).code).toBe(0);
  expect(await runningOf(processes)).toEqual([]);
});

/** A champion to compare with; the first test leaves one when it runs. */
async function haveChampion(): Promise<void> {
  if ((await aliased(stack, 'champion')) !== null) return;
  expect(await releaseEnded(stack, await startRelease(stack, quick))).toMatchObject(released);
}

/** The one value that the stack's Prometheus answers; null for none. */
async function prometheus(query: string): Promise<number | null> {
  const { prometheus: port } = stack.config.local.ports;
  const search = new URLSearchParams({ query }).toString();
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?${search}`);
  const { data } = (await answer.json()) as { data: { result: readonly { value: [number, string] }[] } };
  return data.result[0] === undefined ? null : Number(data.result[0].value[1]);
}

const epochs = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

const versionsOf = async (run: string | undefined): Promise<readonly string[]> =>
  (await registeredVersions(stack)).flatMap(({ run_id, version }) => (run_id === run ? [version] : []));

/** What users and readers of the registry have to do with, and the very processes that serve them. */
async function production() {
  const { processes } = await readObserved(stack.home);
  return {
    champion: await aliased(stack, 'champion'),
    challenger: await aliased(stack, 'challenger'),
    weights: await productionWeights(stack),
    replicas: processes.flatMap(({ process, replica }) =>
      process !== null && replica?.laneKey === laneKey({ model, environment: 'production' }) ? [process] : [],
    ),
  };
}
