import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { RunStepInput } from '../../../activities/contracts.ts';
import { createCaches } from '../../../activities/caches/index.ts';
import { createStepActivities } from '../../../activities/steps/index.ts';
import { createArtifactStore } from '../../../activities/store/index.ts';
import { createWorkspace } from '../../../activities/workspace/index.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';
import type { StepOutcome, StepProgress, StepSpec } from '../../../core/step.ts';
import { homePaths, type HomePaths } from '../../../local/home.ts';
import { findTools } from '../../../local/tools.ts';
import { createRepository, type TestRepository } from '../workspace/repository.ts';

/** A home of its own with a served repository, to run steps in as a worker does. */
export interface StepSite {
  readonly folder: string;
  readonly home: HomePaths;
  readonly repository: TestRepository;
  readonly store: ArtifactStore;
  readonly start: (input: RunStepInput, attempt?: number) => StartedStep;
  readonly run: (input: RunStepInput, attempt?: number) => Promise<StepOutcome>;
  readonly remove: () => void;
}

export interface StartedStep {
  readonly outcome: Promise<StepOutcome>;
  readonly environment: MockActivityEnvironment;
  readonly heartbeats: readonly StepProgress[];
}

export const project = 'acme/model';

/** Two processes with the same folder are two workers of one machine. */
export function createStepSite(folder: string = mkdtempSync(join(tmpdir(), 'longhaul-step-'))): StepSite {
  const home = homePaths(join(folder, 'home'));
  const repository = createRepository(join(folder, 'origin'));
  const store = createArtifactStore({ home });
  const workspace = createWorkspace({
    home,
    projects: () => ({ [project]: { url: repository.url } }),
    store,
    secrets: { TOKEN: { env: 'LONGHAUL_TEST_TOKEN' } },
    uv: () => findTools().uv,
  });
  const activities = createStepActivities({
    caches: createCaches({ home, limit: 2 ** 40, tell: () => undefined }),
    ...{ home, store, mlflowTrackingUri: 'http://127.0.0.1:5000', graceMs: 500, heartbeatMs: 100 },
    workspace,
  });
  const start = (input: RunStepInput, attempt = 1): StartedStep => {
    const environment = new MockActivityEnvironment({ attempt }, { logger: new DefaultLogger('ERROR') });
    const heartbeats: StepProgress[] = [];
    environment.on('heartbeat', (progress: StepProgress) => heartbeats.push(progress));
    return {
      outcome: environment.run((given: RunStepInput) => activities.runStep(given), input),
      environment,
      heartbeats,
    };
  };
  return {
    ...{ folder, home, repository, store, start },
    run: (input, attempt) => start(input, attempt).outcome,
    remove: () => {
      rmSync(folder, { recursive: true, maxRetries: 3 });
    },
  };
}

/** A run of one step; what is not given is the plainest. */
export function stepInput(
  commit: string,
  step: Partial<StepSpec>,
  more: Partial<Omit<RunStepInput, 'step'>> = {},
): RunStepInput {
  return {
    run: { id: `ci/${project}/${commit}`, project, commit, configDigest: 'sha256:00', overlay: {} },
    inputs: [],
    extraEnv: {},
    ...more,
    step: {
      ...{
        name: 'step',
        needs: [],
        run: ['true'],
        requirements: [],
        env: {},
        secrets: [],
        data: [],
        outputs: [],
      },
      ...{
        reports: {},
        timeoutMs: 60_000,
        retries: { preemption: 0, infrastructure: 0, code: 0 },
        queue: 'steps',
      },
      ...step,
    },
  };
}
