import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readEndpoints, readRoutes } from '../envoy/admin.ts';
import { createEnvoyFiles } from '../envoy/config-files.ts';
import { clusterName } from '../envoy/names.ts';
import type { HomePaths } from '../home.ts';
import { viewLane, type LaneView } from '../lane-view.ts';
import { prometheusConfig, scrapeTargets } from '../prometheus.ts';
import { writeAtomically } from './atomic-file.ts';
import type { DesiredState, StackSettings } from './desired-state.ts';
import type { ObservedProcess } from './observed-state.ts';

/** Tells Envoy and Prometheus which replicas there are. */
export interface Routing {
  /** Writes what both start with. */
  begin(stack: StackSettings): Promise<void>;
  /** Writes routes, endpoints and scrape targets. @returns true once Envoy itself reports these routes */
  follow(desired: DesiredState, processes: readonly ObservedProcess[]): Promise<boolean>;
}

const confirmWithinMs = 5_000;

export function createRouting(home: HomePaths): Routing {
  const envoy = createEnvoyFiles(home.envoy);
  const targetsFile = join(home.prometheus, 'targets.json');
  let targetsWritten = '';

  const writeTargets = async (lanes: readonly LaneView[]): Promise<void> => {
    const text = JSON.stringify(scrapeTargets(lanes), null, 2);
    if (text === targetsWritten) return;
    await writeAtomically(targetsFile, text);
    targetsWritten = text;
  };

  return {
    begin: async (stack) => {
      await envoy.writeBootstrap(stack.ports.envoyAdmin);
      // Prometheus notices new files only in a folder that was there when it started.
      await mkdir(home.workerTargets, { recursive: true });
      await writeAtomically(
        join(home.prometheus, 'prometheus.json'),
        JSON.stringify(prometheusConfig(targetsFile, home.workerTargets, stack.scrapeJobs), null, 2),
      );
    },
    follow: async (desired, processes) => {
      const lanes = viewLanes(desired, processes);
      const { envoyAdmin } = desired.stack.ports;
      const envoyIsUp = processes.some(({ key, state }) => key === 'envoy' && state === 'ready');
      await envoy.writeUpstreams(lanes, endingArms(desired, processes));
      if (envoyIsUp) await within(confirmWithinMs, () => hasEndpoints(envoyAdmin, lanes));
      const versions = await envoy.writeRoutes(lanes);
      await writeTargets(lanes);
      return envoyIsUp && (await within(confirmWithinMs, () => hasRoutes(envoyAdmin, versions)));
    },
  };
}

function viewLanes(desired: DesiredState, processes: readonly ObservedProcess[]): readonly LaneView[] {
  return Object.values(desired.lanes).flatMap((lane) => {
    const environment = desired.stack.environments[lane.lane.environment];
    return environment === undefined ? [] : [viewLane(lane, environment.port, processes)];
  });
}

function endingArms(desired: DesiredState, processes: readonly ObservedProcess[]) {
  return processes.flatMap(({ replica, state }) => {
    const lane = replica === null ? undefined : desired.lanes[replica.laneKey]?.lane;
    return lane === undefined || replica === null || state !== 'ending'
      ? []
      : [{ lane, armId: replica.armId }];
  });
}

async function hasEndpoints(adminPort: number, lanes: readonly LaneView[]): Promise<boolean> {
  const inEnvoy = await readEndpoints(adminPort);
  return lanes.every(({ lane, arms }) =>
    arms.every(({ arm, endpoints }) => {
      const ports = inEnvoy.get(clusterName(lane, arm.id));
      return ports !== undefined && endpoints.every(({ port }) => ports.includes(port));
    }),
  );
}

async function hasRoutes(adminPort: number, versions: ReadonlyMap<string, string>): Promise<boolean> {
  const inEnvoy = await readRoutes(adminPort);
  return [...versions].every(([name, version]) => inEnvoy.get(name)?.version === version);
}

/** Asks again until it holds. @returns false when it does not in time; an Envoy that is away does not either */
async function within(limitMs: number, holds: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    if (await holds().catch(() => false)) return true;
    if (Date.now() > deadline) return false;
    await delay(15);
  }
}
