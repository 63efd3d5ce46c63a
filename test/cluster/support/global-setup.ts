import type { TestProject } from 'vitest/node';
import { isRunning } from '../../../local/supervisor/process-identity.ts';
import { readComponents } from '../../../scripts/cluster/component.ts';
import { readDescription } from '../../../scripts/cluster/description.ts';
import type { ClusterDescription } from '../../../scripts/cluster/description.ts';
import { takeDown } from '../../../scripts/cluster/down.ts';
import { FLIGHTS_IMAGE, provideFlightsImage } from '../../../scripts/cluster/image/flights-image.ts';
import { importImage } from '../../../scripts/cluster/import-image.ts';
import { nodeOf } from '../../../scripts/cluster/machine.ts';
import { clusterPlace } from '../../../scripts/cluster/place.ts';
import { findClusterPrograms } from '../../../scripts/cluster/programs.ts';
import { bringUp } from '../../../scripts/cluster/up.ts';
import type { TestCluster } from './cluster.ts';
import { givenCluster } from './given-cluster.ts';

/** Of `npm run cluster:up`: where it is up, tests use it and leave it up. */
const STANDING = 'longhaul';
const OWN = 'tests';

/** Uses the cluster that is given, else the one that stands, else starts one for this run and ends it afterwards. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = await givenCluster();
  if (given !== null) {
    project.provide('cluster', given);
    return () => Promise.resolve();
  }
  const standing = await standingCluster();
  const name = standing === undefined ? OWN : STANDING;
  const end = async () => {
    if (name === OWN) await takeDown(clusterPlace(OWN));
  };
  try {
    const description = standing ?? (await bringUp(clusterPlace(OWN), say));
    await giveFlightsImage(description);
    project.provide('cluster', { ...inWords(description), own: name });
  } catch (error) {
    await end();
    throw error;
  }
  return end;
}

/** One whose machine was started anew meanwhile has its files left, and nothing else. */
async function standingCluster(): Promise<ClusterDescription | undefined> {
  const place = clusterPlace(STANDING);
  const node = readComponents(place).find(({ name }) => name === 'node');
  return node !== undefined && (await isRunning(node.process)) ? readDescription(place) : undefined;
}

async function giveFlightsImage({ name, nodePid }: ClusterDescription): Promise<void> {
  const started = Date.now();
  const archive = await provideFlightsImage();
  await importImage(clusterPlace(name), nodeOf(nodePid), findClusterPrograms(), archive);
  say(`  image ${FLIGHTS_IMAGE} made and imported in ${((Date.now() - started) / 1000).toFixed(1)}s`);
}

const inWords = (description: ClusterDescription): Omit<TestCluster, 'own'> => ({
  kubeconfig: description.kubeconfig,
  context: description.context,
  gateway: description.gateway,
  gatewayApi: description.gatewayApi,
  gatewayName: description.gatewayName,
  envoyAdmin: description.envoyAdmin,
  hostAddress: description.hostAddress,
  flightsImage: FLIGHTS_IMAGE,
});

const say = (line: string): void => {
  console.error(line);
};
