import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../../local/with-lock.ts';
import { askHttp, awaitReady } from './await-ready.ts';
import { issueCertificates } from './certificates.ts';
import { makeCgroup } from './cgroup.ts';
import { endedComponents, lastWordsOf, startComponent } from './component.ts';
import type { Component } from './component.ts';
import type { Cluster } from './components/cluster.ts';
import { containerRuntime } from './components/container-runtime.ts';
import { apiServer, controllerManager, scheduler, store } from './components/control-plane.ts';
import { gatewayProxy, istiod, MESH_NAMESPACE, MESH_PORTS } from './components/mesh.ts';
import { kubelet, serviceProxy } from './components/node-agents.ts';
import { describeCluster } from './description.ts';
import type { ClusterDescription } from './description.ts';
import { takeDown } from './down.ts';
import { writePauseImage } from './image/pause-image.ts';
import { importImage } from './import-image.ts';
import { kubectlOf } from './kubectl.ts';
import { writeKubeconfigs } from './kubeconfig.ts';
import { startNode } from './machine.ts';
import { meshObjects } from './mesh-objects.ts';
import { chooseNetwork } from './network.ts';
import { NODE_NAME } from './place.ts';
import type { ClusterPlace } from './place.ts';
import { findClusterPrograms } from './programs.ts';
import { refuseUnlessPossible } from './refuse.ts';

/**
 * Starts a cluster that outlives this process: Kubernetes with one node, istiod, and an Envoy as gateway. Clusters
 * start one after the other, so that each sees which addresses are taken.
 * @param tell hears of each part that is ready, with the seconds since the start
 * @throws Error where one runs already or a part does not start; in the latter case all is undone
 */
export async function bringUp(
  place: ClusterPlace,
  tell: (line: string) => void,
): Promise<ClusterDescription> {
  const programs = findClusterPrograms();
  await refuseUnlessPossible(place);
  return withLock(join(tmpdir(), 'longhaul-cluster-starts'), async () => {
    await refuseUnlessPossible(place);
    const cluster = { place, network: chooseNetwork(), programs };
    mkdirSync(place.folder, { recursive: true });
    const started = Date.now();
    try {
      return await start(cluster, (what) => {
        tell(`  ${((Date.now() - started) / 1000).toFixed(1).padStart(5)}s  ${what}`);
      });
    } catch (error) {
      const words = lastWordsOf(place, await endedComponents(place));
      await takeDown(place);
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`The cluster did not start, and is undone. ${why}${words}`, { cause: error });
    }
  });
}

async function start(cluster: Cluster, ready: (what: string) => void): Promise<ClusterDescription> {
  const { place, network, programs } = cluster;
  const kubectl = kubectlOf(place, programs);
  const awaitPart = (what: string, ask: () => Promise<unknown>) =>
    awaitReady(what, 60, ask, async () => (await endedComponents(place)).length > 0);
  makeCgroup(place);
  issueCertificates(place, network);
  writeKubeconfigs(place, network);
  const node = await startNode(place, network, programs);
  const run = (component: Component) => startComponent(place, node.within(component));
  ready('node: namespaces and link');

  await Promise.all([run(store(cluster)), run(containerRuntime(cluster)), run(apiServer(cluster))]);
  const pause = await writePauseImage(place, programs);
  await awaitPart('containerd', () => importImage(place, node, programs, pause));
  ready('containerd');
  await awaitPart('the API server', () => kubectl(['get', '--raw', '/readyz']));
  ready('API server');
  for (const component of [controllerManager, scheduler, kubelet, serviceProxy])
    await run(component(cluster));

  await kubectl(['apply', '--server-side', '-f', programs.manifests]);
  await kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
  await kubectl(['create', 'namespace', MESH_NAMESPACE]);
  ready('custom resources');
  await run(istiod(cluster));
  await awaitPart('istiod', () => askHttp(`http://${network.nodeAddress}:${MESH_PORTS.istiodHealth}/ready`));
  await kubectl(['apply', '--server-side', '-f', '-'], meshObjects(network));
  await run(gatewayProxy(cluster));
  await awaitPart('Envoy', () => askHttp(`http://${network.nodeAddress}:${MESH_PORTS.envoyAdmin}/ready`));
  ready('istiod and Envoy');

  await kubectl(['wait', '--for=condition=Ready', `node/${NODE_NAME}`, '--timeout=90s']);
  await awaitPart('the default service account', () => kubectl(['get', 'serviceaccount', 'default']));
  ready('node Ready');
  const description = describeCluster(cluster, node);
  writeFileSync(place.description, JSON.stringify(description, null, 2));
  return description;
}
