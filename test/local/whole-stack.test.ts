import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allChecks } from '../../client/doctor/checks.ts';
import { examine } from '../../client/doctor/examine.ts';
import { defaultServerYaml } from '../../config/default-server.ts';
import { namespace, searchAttributes } from '../../core/ids.ts';
import { get } from '../../local/supervisor/probe.ts';
import { readObserved } from '../../local/supervisor/state-files.ts';
import { findTools } from '../../local/tools.ts';
import { createStack, type TestStack } from './support/stack.ts';

const execute = promisify(execFile);
let stack: TestStack;

/** MLflow needs up to half a minute on two busy cores. */
beforeAll(async () => {
  stack = await createStack({ whole: true });
  await stack.up();
}, 300_000);
afterAll(() => stack.remove(), 60_000);

it('is up as a whole: Temporal with its namespace and search attributes, MLflow, Prometheus, Envoy', async () => {
  const observed = await readObserved(stack.home);
  expect(observed.processes.map(({ key, state }) => [key, state])).toEqual([
    ['temporal', 'ready'],
    ['mlflow', 'ready'],
    ['prometheus', 'ready'],
    ['envoy', 'ready'],
  ]);
  const about = async (...command: readonly string[]): Promise<string> => {
    const where = ['--address', `127.0.0.1:${stack.ports.temporal}`, '--namespace', namespace.name];
    return (await execute(findTools().temporal, ['operator', ...command, ...where])).stdout;
  };
  expect(await about('namespace', 'describe')).toContain(`${namespace.retentionDays * 24}h`);
  const registered = await about('search-attribute', 'list');
  for (const name of Object.values(searchAttributes))
    expect(registered).toMatch(new RegExp(`${name} +Keyword`));
  const created = await fetch(`http://127.0.0.1:${stack.ports.mlflow}/api/2.0/mlflow/experiments/create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'flights' }),
  });
  expect(await created.json()).toHaveProperty('experiment_id');
  expect((await get(stack.ports.temporalUi, '/'))?.status).toBe(200);
});

it('is found well by the doctor, but for the workers, of which there is none', async () => {
  await writeFile(stack.home.serverConfig, defaultServerYaml({ ports: stack.ports }));
  const checks = allChecks({
    home: stack.home,
    serverFile: stack.home.serverConfig,
    repository: null,
  });
  const findings = await examine(checks, () => undefined, 60_000);
  const states = findings
    .filter(({ area }) => area === 'connections')
    .map(({ name, state }) => [name, state]);
  expect(states).toEqual([
    ['local stack', 'ok'],
    ['Temporal', 'ok'],
    [`namespace ${namespace.name}`, 'ok'],
    ['MLflow', 'ok'],
    [`Prometheus 127.0.0.1:${stack.ports.prometheus}`, 'ok'],
    ['artifact store', 'ok'],
  ]);
  expect(findings.find(({ name }) => name === 'clock')?.said).toContain('agrees');
  expect(findings.find(({ name }) => name === 'steps')).toMatchObject({ state: 'problem' });
  const registered = await fetch(
    `http://127.0.0.1:${stack.ports.mlflow}/api/2.0/mlflow/registered-models/search`,
  );
  expect(await registered.text()).not.toContain('longhaul-doctor');
});
