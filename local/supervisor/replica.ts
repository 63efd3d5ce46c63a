import { join } from 'node:path';
import { laneKey, type LaneRef } from '../../core/ids.ts';
import type { ArmSpec } from '../../core/serving.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { HomePaths } from '../home.ts';
import { armCode, readPrepared } from '../prepared-arm.ts';
import { createSecrets } from '../secrets.ts';
import type { ChildSpec } from './child.ts';
import type { DesiredState, StackSettings } from './desired-state.ts';
import { supervisedIn } from './leftovers.ts';
import { servingHindrance } from './probe.ts';
import type { Command } from './spawned.ts';

/** One server process that is to run. */
export interface WantedReplica {
  readonly key: string;
  readonly lane: LaneRef;
  readonly arm: ArmSpec;
  readonly index: number;
}

/** All replicas of all arms. A replica's key has no track in it: a promotion touches no process. */
export function wantedReplicas(desired: DesiredState): readonly WantedReplica[] {
  return Object.values(desired.lanes).flatMap(({ lane, stable, candidate }) =>
    [stable, candidate].flatMap((arm) =>
      arm === null
        ? []
        : Array.from({ length: arm.replicas }, (_, index) => ({
            key: `${laneKey(lane)}/${arm.id}/${index}`,
            lane,
            arm,
            index,
          })),
    ),
  );
}

export interface ReplicaSurroundings {
  readonly home: HomePaths;
  /** The newest settings: secrets may be added while the supervisor runs. */
  readonly stack: () => StackSettings;
  readonly choosePort: () => Promise<number>;
}

/** How a replica is started, probed and ended. */
export function replicaSpec(wanted: WantedReplica, around: ReplicaSurroundings): ChildSpec {
  const { arm, lane, index } = wanted;
  return {
    key: wanted.key,
    replica: { laneKey: laneKey(lane), armId: arm.id, index, version: arm.version },
    choosePort: around.choosePort,
    command: (port) => serveCommand(arm, port, around),
    hindrance: (port) => servingHindrance(port, arm),
    startTimeoutMs: arm.serve.startTimeoutMs,
    endGraceMs: 10_000,
    logFile: join(around.home.logs, 'served', laneKey(lane), `${arm.id}-${index}.log`),
  };
}

async function serveCommand(arm: ArmSpec, port: number, around: ReplicaSurroundings): Promise<Command> {
  const prepared = await readPrepared(around.home, arm.id);
  if (prepared === null)
    throw new LonghaulError('NotReady', `The files of ${arm.id} are not on this machine.`, {
      mend: 'Deploy it again; that fetches code, environment and model.',
    });
  const secrets = await createSecrets({ sources: around.stack().secrets }).resolve(arm.serve.secrets);
  return {
    program: '/bin/sh',
    args: ['-c', arm.serve.run],
    cwd: armCode(around.home, arm.id),
    env: {
      ...baseEnvironment(prepared.python),
      ...arm.serve.env,
      ...arm.overlay,
      ...secrets,
      HOST: '127.0.0.1',
      PORT: String(port),
      MODEL_PATH: prepared.model,
      MODEL_VERSION: arm.version,
      ...supervisedIn(around.home),
    },
    secretValues: Object.values(secrets),
  };
}

/** What every server gets; nothing else of the supervisor's own environment reaches it. */
function baseEnvironment(python: string | null): Readonly<Record<string, string>> {
  const {
    PATH = '/usr/local/bin:/usr/bin:/bin',
    HOME = '/',
    LANG = 'C.UTF-8',
    TMPDIR = '/tmp',
  } = process.env;
  const common = { HOME, LANG, TMPDIR, PYTHONHASHSEED: '0', PYTHONUNBUFFERED: '1' };
  if (python === null) return { ...common, PATH };
  return { ...common, PATH: `${join(python, 'bin')}:${PATH}`, VIRTUAL_ENV: python };
}
