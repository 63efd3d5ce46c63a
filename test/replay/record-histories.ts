/**
 * Records one history for each way that a workflow can end, once for a version of Longhaul:
 * `node test/replay/record-histories.ts 0.1.0`. What is recorded is immutable: it refuses to write over a version.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ApplicationFailure } from '@temporalio/common';
import { ciRunId, rollbackId, taskQueues } from '../../core/ids.ts';
import type { ArmSpec } from '../../core/serving.ts';
import type { StepOutcome } from '../../core/step.ts';
import { findTools, repositoryRoot } from '../../local/tools.ts';
import type * as workflows from '../../workflows/index.ts';
import { commit, nextReleaseId, openRealStage, say } from '../workflow/harness.ts';
import type { Stage } from '../workflow/harness.ts';
import { quickPlan, step } from '../workflow/plan.ts';
import { failed, passed, World } from '../workflow/world.ts';

const [version] = process.argv.slice(2);
if (version === undefined)
  throw new Error('Say for which version: node test/replay/record-histories.ts 0.1.0');
const folder = join(import.meta.dirname, 'histories', version);
if (existsSync(folder)) throw new Error(`${folder} exists: recorded histories are never recorded again.`);

const champion = { id: 'flight-delay-v1', release: 'release/flight-delay/old-1', version: '1' } as ArmSpec;

/** A quick world with a champion in production, and a person who approves. */
function worldWithChampion(stage: Stage): World {
  const world = new World();
  world.plan = quickPlan();
  world.traffic = { requestsPerSecond: 500, candidateErrors: 0, championErrors: 0 };
  Object.assign(world.production, { stable: champion });
  world.aliases.set('champion', '1');
  world.versionTags.set('9', { 'longhaul.release': 'release/flight-delay/newer-1' });
  world.versions = 1;
  say(stage, world, 'waitingForApproval', 'approve');
  return world;
}

/** How each end comes about; a history is recorded for each name. */
const ends: Readonly<Record<string, (world: World, stage: Stage) => void>> = {
  released: () => undefined,
  'released-direct': (world) => {
    Object.assign(world.production, { stable: null });
    world.aliases.clear();
  },
  'rolled-back-in-canary': (world) => {
    world.traffic = { ...world.traffic, candidateErrors: 0.3 };
  },
  'rolled-back-in-stabilization': (world) => {
    world.onPhase.set('stabilizing', () => {
      world.traffic = { ...world.traffic, candidateErrors: 0.5 };
    });
  },
  'aborted-in-canary': (world, stage) => {
    say(stage, world, 'canary', 'abort', 'incident 7');
  },
  'paused-and-resumed': (world, stage) => {
    say(stage, world, 'canary', 'pause');
    let looks = 0;
    world.onLook = async ({ phase }) => {
      if (phase === 'canary' && (looks += 1) === 4) {
        const record = world.saved.at(-1);
        if (record !== undefined) {
          await stage.env.client.workflow.getHandle(record.id).signal('resume', { by: 'ann' });
        }
      }
    };
  },
  rejected: (world, stage) => {
    say(stage, world, 'waitingForApproval', 'reject', 'recall fell');
  },
  superseded: (world) => {
    world.onPhase.set('waitingForProductionLane', () => {
      world.aliases.set('champion', '9');
    });
  },
  'failed-in-training': (world) => {
    world.stepOutcomes.set('train', () => Promise.resolve(failed('ValueError: NaN loss')));
  },
  'trained-in-attempts': (world) => {
    const { release } = world.plan;
    if (release === undefined) throw new Error('The plan has a release.');
    const onOutOfMemory = [{ name: 'half the batch', env: { BATCH: '32' } }];
    world.plan = { ...world.plan, release: { ...release, train: { ...release.train, onOutOfMemory } } };
    const failure = { id: 'out-of-memory', kind: 'outOfMemory', cause: 'memory ran out', mend: '' } as const;
    let attempts = 0;
    world.stepOutcomes.set('train', () => {
      attempts += 1;
      if (attempts === 1) throw ApplicationFailure.retryable('the worker was lost', 'WorkerLost');
      if (attempts === 2) return Promise.resolve({ ...failed('MemoryError'), failure } as StepOutcome);
      return Promise.resolve(passed('train'));
    });
  },
  'blue-green-released': (world) => {
    blueGreen(world);
  },
  'blue-green-failed-in-preview': (world) => {
    blueGreen(world);
    world.stepOutcomes.set('preview', () => Promise.resolve(failed('3 answers were wrong')));
  },
  'blue-green-switched-back': (world) => {
    blueGreen(world);
    world.traffic = { ...world.traffic, candidateErrors: 0.5 };
  },
  'failed-at-the-gate': (world) => {
    world.gate = { passed: false, evidence: 'accuracy 0.80 is below 0.85' };
  },
};

function blueGreen(world: World): void {
  const { release } = world.plan;
  if (release === undefined) throw new Error('The plan has a release.');
  const spec = { preview: step('preview'), keepOldMs: 600 };
  world.plan = { ...world.plan, release: { ...release, blueGreen: spec } };
}

const stage = await openRealStage();
mkdirSync(folder, { recursive: true });
try {
  for (const [name, arrange] of Object.entries(ends)) {
    const world = worldWithChampion(stage);
    arrange(world, stage);
    const id = nextReleaseId();
    const record = await stage.run(world, () => stage.release({}, id));
    console.log(`${name}: ${record.outcome?.kind ?? 'no outcome'}`);
    await keep(`release-${name}`, id);
    if (name === 'released') {
      await keep('watch-passed', `watch/${id}/canary`);
      await stage.run(world, () => rollBack(id));
      await keep('rollback', rollbackId(id));
    }
    if (name === 'rolled-back-in-canary') await keep('watch-failed', `watch/${id}/canary`);
  }
  await keep('lane', 'lane/flight-delay/production');
  await recordCiRuns();
} finally {
  await stage.close();
}

async function rollBack(release: string): Promise<void> {
  await stage.env.client.workflow.execute<typeof workflows.rollback>('rollback', {
    workflowId: rollbackId(release),
    taskQueue: taskQueues.orchestration,
    args: [{ release, by: 'ann', reason: 'complaints' }],
  });
}

async function recordCiRuns(): Promise<void> {
  for (const [name, failing] of [
    ['passed', undefined],
    ['failed', 'unit-tests'],
  ] as const) {
    const world = new World();
    if (failing !== undefined)
      world.stepOutcomes.set(failing, () => Promise.resolve(failed('1 test failed')));
    const workflowId = ciRunId(`longhaul/flights-${name}`, commit);
    await stage.run(world, () =>
      stage.env.client.workflow.execute<typeof workflows.ciRun>('ciRun', {
        workflowId,
        taskQueue: taskQueues.orchestration,
        args: [{ project: 'longhaul/flights', commit, trigger: { kind: 'push', by: 'ann' } }],
      }),
    );
    await keep(`ci-run-${name}`, workflowId);
  }
}

/** As the plain Temporal CLI shows it: the form that replays anywhere. */
async function keep(name: string, workflowId: string): Promise<void> {
  const { address, namespace } = stage.env;
  const args = ['workflow', 'show', '--workflow-id', workflowId, '--output', 'json'];
  const { stdout } = await promisify(execFile)(
    findTools().temporal,
    [...args, '--address', address, '--namespace', namespace ?? 'default'],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  // Traces of provoked failures name files: as the repository knows them, not as this machine does.
  const history = JSON.stringify(JSON.parse(stdout)).replaceAll(`${repositoryRoot()}/`, '');
  writeFileSync(join(folder, `${name}.json`), `${history}\n`);
}
