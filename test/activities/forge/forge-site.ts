import { createGithubForge } from '../../../activities/forge/index.ts';
import type { Check, Forge, ForgeDeployment } from '../../../core/ports/forge.ts';
import type { FakeGithub } from '../../support/github/index.ts';

export const project = 'octo/flights';
export const commit = 'c0ffee'.repeat(6) + 'beef';

export const forgeByApp = (github: FakeGithub): Forge =>
  createGithubForge({
    apiUrl: github.url,
    credentials: () => Promise.resolve({ kind: 'app', app: github.app }),
  });

export const forgeByToken = (github: FakeGithub): Forge =>
  createGithubForge({
    apiUrl: github.url,
    credentials: () => Promise.resolve({ kind: 'token', token: github.token }),
  });

export const running: Check = {
  ...{ project, commit, key: `ci/${project}/${commit}#unit-tests`, name: 'longhaul / unit-tests' },
  state: { status: 'running' },
  startedAt: '2026-11-24T02:00:00Z',
  ...{ title: 'Running', summary: 'It runs.', annotations: [], detailsUrl: 'https://ci.example.com/run/1' },
};

/** The same check at its end, with `count` annotations. */
export const failed = (count: number, message = 'It does not hold'): Check => ({
  ...running,
  state: { status: 'completed', conclusion: 'failure', at: '2026-11-24T02:05:00Z' },
  ...{ title: `${count} failed`, summary: 'It failed.' },
  annotations: Array.from({ length: count }, (_, index) => ({
    path: 'tests/test_model.py',
    ...{ startLine: index + 1, endLine: index + 1, level: 'failure' as const },
    ...{ title: `test ${index}`, message: `${message} (${index})` },
  })),
});

export const deployment: ForgeDeployment = {
  ...{ project, commit, environment: 'production', key: 'release/flights/c0ffee-1#production' },
  ...{ production: true, state: 'inProgress', description: 'Canary at 20 %' },
  ...{ url: 'https://flights.example.com/', logUrl: 'https://ci.example.com/release/1' },
};
