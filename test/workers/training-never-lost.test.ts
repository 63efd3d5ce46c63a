/**
 * A training is cut short ten times at random points: its worker killed or stopped, its process killed, the disk of
 * its host full. It has to end with the model of an undisturbed one, and a ledger that adds up.
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { FailureInterceptor } from '../../activities/failure.ts';
import { createRecordActivities } from '../../activities/records/index.ts';
import { createArtifactStore } from '../../activities/store/index.ts';
import type { CiRunResult } from '../../core/ci.ts';
import { ciRunId, namespace, taskQueues } from '../../core/ids.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { FailureKind, StepOutcome } from '../../core/step.ts';
import { homePaths } from '../../local/home.ts';
import { findProcesses } from '../../local/process-tree.ts';
import type * as workflows from '../../workflows/index.ts';
import { createRepository, type TestRepository } from '../activities/workspace/repository.ts';
import { startDevServer, type DevServer } from '../client/dev-server.ts';
import { randomNumbers } from '../core/random-numbers.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { workflowBundle } from '../workflow/harness.ts';
import { createStepWorker, type StepWorker } from './support/step-worker.ts';

/** A disk that can be filled has to be mounted. */
const canMount = process.platform === 'linux' && process.getuid?.() === 0;

const project = 'acme/model';
const epochs = 60;

/** Logistic regression by stochastic gradient descent: every epoch's order is drawn from its number. */
const trainer = `
import json, math, os, random, struct, sys, time
import longhaul

EPOCHS, FEATURES = ${epochs}, 8
pace = float(open("pace").read())
source = random.Random(7)
rows = [[source.gauss(0, 1) for _ in range(FEATURES)] for _ in range(200)]
labels = [1.0 if sum(row) + source.gauss(0, 1) > 0 else 0.0 for row in rows]

state = longhaul.latest_checkpoint("epoch-*")
weights = list(struct.unpack(f"{FEATURES}d", state.read_bytes())) if state else [0.0] * FEATURES
start = int(state.name.split("-")[1]) if state else 0
effects = open(os.environ["EFFECTS"], "a")
for epoch in range(start + 1, EPOCHS + 1):
    order = list(range(len(rows)))
    random.Random(epoch).shuffle(order)
    for index in order:
        score = sum(w * x for w, x in zip(weights, rows[index]))
        step = 0.05 * (labels[index] - 1 / (1 + math.exp(-score)))
        weights = [w + step * x for w, x in zip(weights, rows[index])]
    time.sleep(pace)
    folder = longhaul.checkpoint_folder()
    draft = folder / f".epoch-{epoch:04}"
    draft.write_bytes(struct.pack(f"{FEATURES}d", *weights))
    draft.rename(folder / f"epoch-{epoch:04}")
    longhaul.progress(epoch=epoch, epochs=EPOCHS, checkpoint=f"epoch-{epoch:04}", weight=weights[0])
    print(json.dumps({"attempt": int(os.environ["LONGHAUL_ATTEMPT"]), "epoch": epoch}), file=effects, flush=True)
open("model.bin", "wb").write(struct.pack(f"{FEATURES}d", *weights))
`;

const configuration = () => ({
  version: 1,
  project,
  model: 'model',
  python: { requirements: [] },
  ci: {
    steps: {
      train: {
        run: 'python3 train.py',
        env: { EFFECTS: join(folder, 'effects') },
        outputs: ['model.bin'],
        cache: false,
        retries: { preemption: 20, infrastructure: 10 },
      },
    },
  },
});

let folder: string;
/** On a disk of its own, which can be full. */
let home: string;
let server: DevServer;
let repository: TestRepository;
let store: ArtifactStore;
let worker: StepWorker;
let stopWorkflows: () => Promise<void> = () => Promise.resolve();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-lost-'));
  home = join(folder, 'disk', 'home');
  mkdirSync(join(folder, 'disk'));
  if (!canMount) return;
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'longhaul-test', join(folder, 'disk')]);
  mkdirSync(home);
  server = await startDevServer();
  repository = createRepository(join(folder, 'origin'));
  store = createArtifactStore({ home: homePaths(home) });
  writeFileSync(homePaths(home).serverConfig, stringify(operatorsFile()));
  worker = createStepWorker(server, home, join(folder, 'worker.log'));
  stopWorkflows = await startWorkflows();
  await worker.start();
});
afterAll(async () => {
  if (!canMount) {
    rmSync(folder, { recursive: true });
    return;
  }
  await worker.end('SIGKILL');
  await stopWorkflows();
  await server.stop();
  execFileSync('umount', ['-l', join(folder, 'disk')]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

const operatorsFile = () => ({
  version: 1,
  temporal: { address: server.environment.address, namespace: namespace.name },
  projects: { [project]: { url: repository.url } },
});

/** Workflows and records run in this process: what is cut short is the machine that trains. */
async function startWorkflows(): Promise<() => Promise<void>> {
  const orchestration = await Worker.create({
    connection: server.environment.nativeConnection,
    namespace: namespace.name,
    taskQueue: taskQueues.orchestration,
    workflowBundle: await workflowBundle(),
    activities: createRecordActivities({ store }),
    interceptors: { activity: [() => ({ inbound: new FailureInterceptor() })] },
  });
  const running = orchestration.run();
  return async () => {
    orchestration.shutdown();
    await running;
  };
}

interface Trained {
  readonly outcome: Extract<StepOutcome, { status: 'passed' }>;
  readonly model: Buffer;
}

/** Trains with a pause after each epoch, while `disturb` does what it does. */
async function train(
  paceSeconds: number,
  disturb: () => Promise<void> = () => Promise.resolve(),
): Promise<Trained> {
  const commit = repository.commit({
    'train.py': trainer,
    pace: String(paceSeconds),
    'longhaul.yaml': stringify(configuration()),
  });
  writeFileSync(join(folder, 'effects'), '');
  const handle = await server.environment.client.workflow.start<typeof workflows.ciRun>('ciRun', {
    workflowId: ciRunId(project, commit),
    taskQueue: taskQueues.orchestration,
    args: [{ project, commit, trigger: { kind: 'person', by: 'a tester' } }],
  });
  const [result] = await Promise.all([handle.result(), disturb()]);
  return trainedBy(result);
}

async function trainedBy({ steps }: CiRunResult): Promise<Trained> {
  const outcome = steps[0]?.outcome;
  if (outcome?.status !== 'passed') throw new Error(JSON.stringify(outcome, null, 2));
  const file = join(folder, 'model.bin');
  await store.getFile(outcome.outputs[0]?.artifact.digest ?? '', file);
  return { outcome, model: readFileSync(file) };
}

type Disturbance = 'worker killed' | 'worker stopped' | 'process killed' | 'disk full';
const kindOf: Readonly<Record<Disturbance, FailureKind>> = {
  'worker killed': 'preemption',
  'worker stopped': 'preemption',
  'process killed': 'preemption',
  'disk full': 'infrastructure',
};

/** Two full disks break the preemptions into rows, since the wait grows with each in a row. */
function drawDisturbances(random: () => number): readonly Disturbance[] {
  const preemptions: readonly Disturbance[] = [
    ...(['worker killed', 'worker killed', 'worker killed', 'worker stopped', 'worker stopped'] as const),
    ...(['process killed', 'process killed', 'process killed'] as const),
  ];
  const shuffled = preemptions
    .map((disturbance) => ({ disturbance, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ disturbance }) => disturbance);
  return [...shuffled.slice(0, 3), 'disk full', ...shuffled.slice(3, 6), 'disk full', ...shuffled.slice(6)];
}

interface Effect {
  readonly attempt: number;
  readonly epoch: number;
}

/** Epochs that were trained, in their order, as the trainer itself noted outside of the disk. */
const effects = (): readonly Effect[] =>
  readFileSync(join(folder, 'effects'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Effect);

async function disturb(how: Disturbance): Promise<void> {
  switch (how) {
    case 'worker killed':
      await worker.end('SIGKILL');
      return worker.start();
    case 'worker stopped':
      await worker.end('SIGTERM');
      return worker.start();
    case 'process killed':
      return killTrainer();
    case 'disk full':
      return fillDisk();
  }
}

/** The process of the command itself, from outside. */
async function killTrainer(): Promise<void> {
  const { worktrees } = homePaths(home);
  const pid = await eventually('the trainer runs', () =>
    readdirSync(worktrees)
      .flatMap((name) => findProcesses({ group: null, marker: join(worktrees, name) }))
      .find((each) => commandOf(each).includes('train.py')),
  );
  process.kill(pid, 'SIGKILL');
}

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

/** Nothing more can be written until the attempt has ended by it. */
async function fillDisk(): Promise<void> {
  const filler = join(folder, 'disk', 'filler');
  const { worktrees } = homePaths(home);
  const attempts = readdirSync(worktrees);
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M'], { stdio: 'ignore' });
  } catch {
    // It ends as it is meant to: no space left on the device.
  }
  await eventually('the attempt has ended', () =>
    attempts.every((name) => !existsSync(join(worktrees, name))) ? true : null,
  );
  rmSync(filler);
}

test.skipIf(!canMount)(
  'ten times cut short, it ends with the model of an undisturbed training, and its ledger adds up',
  async () => {
    const seed = Number(process.env['LONGHAUL_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`LONGHAUL_TEST_SEED=${seed}`);
    const random = randomNumbers(seed);
    const disturbances = drawDisturbances(random);

    const undisturbed = await train(0);
    const began = Date.now();
    const disturbed = await train(0.15, async () => {
      for (const [index, how] of disturbances.entries()) {
        const epoch = index * 5 + Math.floor(random() * 5);
        const attempt = index + 1;
        await eventually(
          `attempt ${attempt} is at epoch ${epoch}`,
          () => (effects().some((each) => each.attempt === attempt && each.epoch >= epoch) ? true : null),
          20,
        );
        await pause(random() * 150);
        await disturb(how);
      }
    });
    const took = (Date.now() - began) / 1000;

    expect(disturbed.model.equals(undisturbed.model)).toBe(true);
    const { training } = disturbed.outcome;
    expect(training).toMatchObject({ epoch: epochs, epochs, attempt: 11 });
    const ledger = training?.ledger;
    if (ledger === undefined) throw new Error('The training has no ledger.');
    expect(ledger.attempts.map(({ ended }) => ended)).toEqual([
      ...disturbances.map((how) => kindOf[how]),
      'passed',
    ]);

    // Useful, lost and waiting are all the time from the first start to the last end, as a watch beside it has it.
    const { useful, lost, waiting } = ledger.seconds;
    const whole =
      Date.parse(ledger.attempts.at(-1)?.endedAt ?? '') - Date.parse(ledger.attempts[0]?.startedAt ?? '');
    expect(Math.round((useful + lost + waiting) * 1000)).toBe(whole);
    expect(whole / 1000).toBeLessThanOrEqual(took);
    expect(useful).toBeGreaterThanOrEqual(epochs * 0.15);

    // Each attempt went on where a checkpoint was, and trained what the ledger says.
    for (const [index, { number, fromEpoch }] of ledger.attempts.entries()) {
      const trained = effects().filter(({ attempt }) => attempt === number);
      expect(trained[0]?.epoch).toBe(fromEpoch + 1);
      const before = ledger.attempts[index - 1];
      if (before !== undefined) expect(fromEpoch).toBeGreaterThanOrEqual(before.checkpoint);
    }
    console.log(JSON.stringify({ took, ...ledger.seconds, epochsTrained: effects().length }));
  },
  240_000,
);
