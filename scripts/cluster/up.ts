import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRunning } from '../../local/supervisor/process-identity.ts';
import { askHttp, awaitReady } from './await-ready.ts';
import { issueCertificates } from './certificates.ts';
import { makeCgroup } from './cgroup.ts';
import { lastWordsOf, readComponents, startComponent } from './component.ts';
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
import type { Node } from './machine.ts';
import { meshObjects } from './mesh-objects.ts';
import { chooseNetwork } from './network.ts';
import { NODE_NAME } from './place.ts';
import type { ClusterPlace } from './place.ts';
import { findClusterPrograms } from './programs.ts';
import { refuseUnlessPossible } from './refuse.ts';

/**
 * Starts a cluster that outlives this process: Kubernetes with one node, istiod, and an Envoy as gateway.
 * @param tell hears of each part that is ready, with the seconds since the start
 * @throws Error where one runs already or a part does not start; in the latter case all is undone
 */
export async function bringUp(
  place: ClusterPlace,
  tell: (line: string) => void,
): Promise<ClusterDescription> {
  const programs = findClusterPrograms();
  await refuseUnlessPossible(place);
  const network = chooseNetwork();
  mkdirSync(dirname(place.folder), { recursive: true });
  mkdirSync(place.folder, { mode: 0o755 });
  writeFileSync(place.network, JSON.stringify(network, null, 2));
  const started = Date.now();
  const ready = (what: string) => {
    tell(`  ${((Date.now() - started) / 1000).toFixed(1).padStart(5)}s  ${what}`);
  };
  try {
    const cluster = { place, network, programs };
    const description = await start(cluster, ready);
    writeFileSync(place.description, JSON.stringify(description, null, 2));
    return description;
  } catch (error) {
    const words = await lastWordsOfEnded(place);
    await takeDown(place);
    throw new Error(`The cluster did not start, and is undone. ${String(error)}${words}`, { cause: error });
  }
}

async function start(cluster: Cluster, ready: (what: string) => void): Promise<ClusterDescription> {
  const { place, network, programs } = cluster;
  const kubectl = kubectlOf(place, programs);
  makeCgroup(place);
  issueCertificates(place, network);
  writeKubeconfigs(place, network);
  const node = await startNode(place, network, programs);
  const run = (component: Component) => startComponent(place, node.within(component));
  ready('node: namespaces and link');

  await Promise.all([run(store(cluster)), run(containerRuntime(cluster)), run(apiServer(cluster))]);
  await importPause(cluster, node);
  ready('containerd');
  await awaitReady('the API server', 60, () => kubectl(['get', '--raw', '/readyz']));
  ready('API server');
  await Promise.all([
    run(controllerManager(cluster)),
    run(scheduler(cluster)),
    run(kubelet(cluster)),
    run(serviceProxy(cluster)),
  ]);

  await kubectl(['apply', '--server-side', '-f', programs.manifests]);
  await kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
  await kubectl(['create', 'namespace', MESH_NAMESPACE]);
  ready('custom resources');
  await run(istiod(cluster));
  await awaitReady('istiod', 60, () =>
    askHttp(`http://${network.nodeAddress}:${MESH_PORTS.istiodHealth}/ready`),
  );
  await kubectl(['apply', '--server-side', '-f', '-'], meshObjects(network));
  await run(gatewayProxy(cluster));
  await awaitReady('Envoy', 60, () =>
    askHttp(`http://${network.nodeAddress}:${MESH_PORTS.envoyAdmin}/ready`),
  );
  ready('istiod and Envoy');

  await kubectl(['wait', '--for=condition=Ready', `node/${NODE_NAME}`, '--timeout=90s']);
  await awaitReady('the default service account', 60, () => kubectl(['get', 'serviceaccount', 'default']));
  ready('node Ready');
  return describeCluster(cluster, node);
}

async function importPause(cluster: Cluster, node: Node): Promise<void> {
  const archive = await writePauseImage(cluster.place, cluster.programs);
  await awaitReady('containerd', 30, () => importImage(cluster.place, node, cluster.programs, archive));
}

/** What the logs of components say that have already ended. */
async function lastWordsOfEnded(place: ClusterPlace): Promise<string> {
  const ended = [];
  for (const { name, process } of readComponents(place)) if (!(await isRunning(process))) ended.push(name);
  return ended.map((name) => `\n\n${name} has ended:\n${lastWordsOf(place, name)}`).join('');
}
