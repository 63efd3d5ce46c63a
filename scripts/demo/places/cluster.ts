import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../../k8s/api/cluster.ts';
import { createCluster } from '../../../k8s/api/create-cluster.ts';
import { serviceNameOf } from '../../../k8s/names.ts';
import { provideFlightsImage } from '../../cluster/image/flights-image.ts';
import { production } from '../reading.ts';
import { namespaces } from './demo-cluster.ts';
import type { ClusterSource, DemoCluster } from './demo-cluster.ts';
import { isDemos, makeNamespace, removeNamespace, tokenSecret } from './namespaces.ts';
import type { OpenPlace, Place } from './place.ts';

/** Two namespaces of a cluster, behind Istio's gateway. */
export function onCluster(source: ClusterSource): Place {
  let kubeconfig = '';
  return {
    open: async (tell) => {
      const cluster = await source.provide(tell);
      ({ kubeconfig } = cluster);
      tell(
        `users reach its gateway at ${cluster.gateway}, by the hosts ${hostOf('staging')} and ${hostOf('production')}`,
      );
      return openOn(cluster, tell);
    },
    end: async () => {
      if ((await source.end()) || kubeconfig === '') return;
      for (const namespace of Object.values(namespaces))
        if (await isDemos(kubeconfig, namespace)) await removeNamespace(kubeconfig, namespace);
    },
    get kept() {
      const look = `kubectl --kubeconfig ${kubeconfig} --namespace ${namespaces.production} get pods,virtualservices`;
      return { toLookAt: [look], toEnd: [source.commandToEnd] };
    },
  };
}

const openOn = (cluster: DemoCluster, tell: (line: string) => void): OpenPlace => ({
  clusterEnvironments: {
    mlflowHost: cluster.hostAddress,
    environments: (prometheus) => ({
      staging: environmentOf(cluster, 'staging', prometheus),
      production: { ...environmentOf(cluster, 'production', prometheus), overlays: ['demo'] },
    }),
  },
  prepare: async (token) => {
    tell(`the namespaces ${Object.values(namespaces).join(' and ')}, with the users’ token as a Secret`);
    await Promise.all(
      Object.values(namespaces).map((namespace) => makeNamespace(cluster.kubeconfig, namespace, token)),
    );
  },
  provideImage: async (commit, clone) => {
    const began = Date.now();
    // As examples/flights/longhaul.yaml names it.
    const name = `longhaul.test/flights:${commit}`;
    const archive = await provideFlightsImage(join(clone, 'src'), name);
    await cluster.load(archive);
    rmSync(archive);
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    console.log(`Image of the project’s own CI: ${name}, built and given to the cluster in ${seconds} s`);
  },
  router: 'the VirtualService',
  candidateWeight: async () => {
    const reading = createCluster({ kubeconfig: cluster.kubeconfig, namespace: namespaces.production });
    const ref = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' };
    return candidateShare(
      await reading.get<VirtualService>({ ...ref, name: serviceNameOf(production.model) }),
    );
  },
});

const hostOf = (name: keyof typeof namespaces): string => `${name}.flights.test`;

function environmentOf(
  { kubeconfig, gateway, gatewayName }: DemoCluster,
  name: keyof typeof namespaces,
  prometheus: string,
): object {
  const host = hostOf(name);
  return {
    ...{ target: 'kubernetes', kubeconfig, namespace: namespaces[name] },
    ...{ baseUrl: gateway, headers: { host } },
    traffic: { kind: 'istio', gateways: [gatewayName], hosts: [host] },
    ...{ prometheus, secrets: { API_TOKEN: tokenSecret } },
  };
}

interface VirtualService extends Manifest {
  readonly spec: {
    readonly http: readonly {
      readonly route: readonly {
        readonly weight?: number;
        readonly destination: { readonly subset?: string };
      }[];
    }[];
  };
}

const candidateShare = (read: VirtualService | null): number =>
  read?.spec.http
    .find(({ route }) => route.length > 1)
    ?.route.find(({ destination }) => destination.subset === 'candidate')?.weight ?? 0;
