/** What `longhaul deploy` says where there is no cluster to ask; the rest is in test/cluster. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { exitCodes } from '../../client/cli/exit-codes.ts';
import { createRepository } from '../activities/workspace/repository.ts';
import { runCli } from './run-cli.ts';
import type { CliResult } from './run-cli.ts';

let home: string;
let folder: string;
beforeAll(() => {
  [home, folder] = [
    mkdtempSync(join(tmpdir(), 'longhaul-home-')),
    mkdtempSync(join(tmpdir(), 'longhaul-repo-')),
  ];
  createRepository(folder).commit({
    'longhaul.yaml': 'version: 1\nproject: acme/churn\nmodel: churn\npython: { requirements: [] }\n',
  });
  const server = {
    ...{ version: 1, mlflow: { trackingUri: 'http://mlflow.test:1' } },
    projects: { 'acme/churn': { url: `file://${folder}` } },
    environments: {
      staging: { target: 'local', port: 1 },
      production: {
        ...{ target: 'kubernetes', namespace: 'churn', kubeconfig: join(home, 'none') },
        ...{ baseUrl: 'http://churn.test', prometheus: 'http://p.test' },
      },
    },
  };
  writeFileSync(join(home, 'longhaul.server.yaml'), stringify(server));
});
afterAll(() => {
  rmSync(home, { recursive: true });
  rmSync(folder, { recursive: true });
});

const deploy = (...args: readonly string[]): Promise<CliResult> =>
  runCli(['deploy', ...args], { home, folder });

test('an environment that the operator’s file does not have is named, beside those that it has', async () => {
  const { code, stderr } = await deploy('diff', 'prod');
  expect(code).toBe(exitCodes.notFound);
  expect(stderr).toContain('no environment `prod`. It has: staging, production.');
});

test('an environment on this machine is asked of its stack, and has nothing to compare', async () => {
  const status = await deploy('status', 'staging');
  expect(status.code).toBe(exitCodes.cannotConnect);
  expect(status.stderr).toContain('longhaul up');
  const { code, stderr } = await deploy('diff', 'staging');
  expect(code).toBe(exitCodes.refused);
  expect(stderr).toContain('longhaul deploy status staging');
});

test('a project without a release part is told so, before anything is asked', async () => {
  const { code, stderr } = await deploy('diff', 'production');
  expect(code).toBe(exitCodes.configuration);
  expect(stderr).toContain('longhaul.yaml has no `release` part');
});

test('a kubeconfig that is not there is named', async () => {
  const { code, stderr } = await deploy('status', 'production');
  expect(code).toBe(exitCodes.configuration);
  expect(stderr).toContain(join(home, 'none'));
});

test('adopting wants the version that is served', async () => {
  const { code, stderr } = await deploy('adopt', 'production');
  expect(code).toBe(exitCodes.usage);
  expect(stderr).toContain('--model-version');
});
