/** What a trigger meets: a real repository with a bare origin, a GitHub at the wire, and the activities over both. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { createGithubForge } from '../../activities/forge/index.ts';
import { createArtifactStore } from '../../activities/store/index.ts';
import { createTriggerActivities } from '../../activities/triggers/index.ts';
import type { TriggerActivities } from '../../activities/contracts.ts';
import { createMirrors } from '../../activities/workspace/mirrors.ts';
import { startCiRun } from '../../client/ci-runs.ts';
import { sendToRelease, startOrFindRelease } from '../../client/releases.ts';
import { syncSchedules } from '../../client/schedules/project-schedules.ts';
import { serverConfigSchema } from '../../config/server-config.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import { createRepository } from '../activities/workspace/repository.ts';
import type { TestRepository } from '../activities/workspace/repository.ts';
import { startGithub } from '../support/github/index.ts';
import type { FakeGithub } from '../support/github/index.ts';

export const project = 'octo/flights';

export interface TriggerSite {
  /** Of the working copy. */
  readonly folder: string;
  readonly github: FakeGithub;
  readonly store: ArtifactStore;
  readonly repository: TestRepository;
  /** Commits the files on a branch and pushes it; resolves to the commit. */
  push(files: Readonly<Record<string, string>>, branch?: string): string;
  activities(client: Client): TriggerActivities;
  close(): Promise<void>;
}

const file = `version: 1
project: ${project}
model: flight-delay
release:
  train: { run: python train.py }
  evaluate: { run: python evaluate.py }
  serve: { run: python serve.py }
`;

export async function openTriggerSite(): Promise<TriggerSite> {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-trigger-'));
  const repository = createRepository(join(folder, 'work'));
  const origin = join(folder, 'origin.git');
  repository.git('init', '--quiet', '--bare', '--initial-branch=main', origin);
  repository.git('remote', 'add', 'origin', `file://${origin}`);
  repository.git('config', '--file', join(origin, 'config'), 'uploadpack.allowAnySHA1InWant', 'true');
  const github = await startGithub({ repositories: [project] });
  const store = createArtifactStore({ home: { artifacts: join(folder, 'a'), documents: join(folder, 'd') } });
  const server = serverConfigSchema.parse({
    version: 1,
    projects: { [project]: { url: `file://${origin}` } },
    environments: { staging: { target: 'local', port: 8101 }, production: { target: 'local', port: 8102 } },
  });
  const mirrors = createMirrors({ folder: join(folder, 'mirrors'), projects: () => server.projects, store });
  const site: TriggerSite = {
    folder: join(folder, 'work'),
    github,
    store,
    repository,
    push(files, branch = 'main') {
      const isThere = repository.git('branch', '--list', branch) !== '';
      if (repository.git('branch', '--show-current') !== branch)
        repository.git('checkout', '--quiet', ...(isThere ? [] : ['-b']), branch);
      const commit = repository.commit(files);
      repository.git('push', '--quiet', '--force', 'origin', branch);
      return commit;
    },
    activities: (client) =>
      createTriggerActivities({
        ...{ client, mirrors, store },
        forge: createGithubForge({
          apiUrl: github.url,
          credentials: () => Promise.resolve({ kind: 'token', token: github.token }),
        }),
        startCi: (input, listener) => startCiRun(client, input, listener),
        syncSchedules: (name, policy) => syncSchedules(client.schedule, name, policy),
        server: () => server,
        releases: {
          start: (input, how) => startOrFindRelease({ client, store }, input, how),
          send: (id, message, person, key) => sendToRelease(client, id, message, person, key),
        },
      }),
    async close() {
      await github.stop();
      rmSync(folder, { recursive: true });
    },
  };
  site.push({
    ...{ 'longhaul.yaml': file, 'train.py': '', 'requirements.txt': '' },
    'tests/performance/load_test.js': '',
  });
  return site;
}
