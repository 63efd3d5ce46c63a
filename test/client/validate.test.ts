import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exitCodes } from '../../client/cli/exit-codes.ts';
import { runCli } from '../../client/cli/program.ts';
import { createRepository } from '../activities/workspace/repository.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-validate-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a pattern of inputs that chooses nothing is told, and is no error', async () => {
  createRepository(folder).commit({
    'src/a.py': '',
    'requirements.txt': '',
    'longhaul.yaml': `version: 1
project: team/model
model: churn
ci:
  steps:
    lint: { run: make, inputs: [src, sorce, '!docs'] }
    test: { run: make }
`,
  });
  let told = '';
  const print = (text: string): string => (told += `${text}\n`);
  const code = await runCli(['validate', folder], { print, printError: print, interactive: false });
  expect(code).toBe(exitCodes.ok);
  expect(told).toContain('is valid: 2 CI steps');
  expect(told).toContain(
    'lint: the pattern `sorce` of `inputs` chooses no file\nlint: the pattern `!docs` of `inputs` chooses no file\n',
  );
  expect(told).not.toContain('test:');
});

test('manifests of its own are checked with the operator’s file, before there is a commit', async () => {
  createRepository(folder).commit({
    'requirements.txt': '',
    'tests/performance/load_test.js': '',
    'environments/production.yaml': 'deployment: { manifests: k8s }\n',
    'k8s/server.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: server, namespace: elsewhere }
spec: { template: { spec: { containers: [{ name: a, ports: [{ name: http, containerPort: 1 }], readinessProbe: { exec: {} } }] } } }
`,
    'longhaul.yaml': `version: 1
project: team/model
release:
  train: { run: train }
  evaluate: { run: evaluate }
  serve: { run: serve, container: { image: a } }
`,
    'longhaul.server.yaml': `version: 1
projects: { team/model: { url: "file://${folder}" } }
environments:
  staging: { target: local, port: 8101 }
  production:
    target: kubernetes
    namespace: models
    baseUrl: https://models.example
    prometheus: http://prometheus.example:9090
    mlflow: http://mlflow.example:5000
`,
  });
  let told = '';
  const print = (text: string): string => (told += `${text}\n`);
  const given = ['validate', folder, '--server', join(folder, 'longhaul.server.yaml')];
  const code = await runCli(given, { print, printError: print, interactive: false });
  expect(told).toMatch(
    /k8s\/server\.yaml:1:1 +Deployment server +is for the namespace elsewhere, and production is in models/,
  );
  expect(code).toBe(exitCodes.configuration);
});
