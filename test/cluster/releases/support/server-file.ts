import { stringify } from 'yaml';
import type { TestCluster } from '../../support/cluster.ts';

export interface Served {
  readonly cluster: TestCluster;
  readonly namespaces: Readonly<Record<string, string>>;
  /** Istio's VirtualService, unless another is named. */
  readonly traffic: object | undefined;
  readonly temporal: string;
  readonly mlflow: string;
  readonly prometheus: string;
}

/** The name by which users reach an environment through the gateway. */
export const hostOf = (namespace: string): string => `${namespace}.test`;

/** Name and key of the Secret that API_TOKEN is in. */
export const tokenSecret = { secret: 'flights', key: 'token' } as const;

/** The operator's file for environments on the test's cluster, by their names. */
export function serverFile({ cluster, namespaces, traffic, temporal, mlflow, prometheus }: Served): string {
  const { gateway, gatewayName, kubeconfig, context } = cluster;
  const environments = Object.entries(namespaces).map(([name, namespace]) => {
    const host = hostOf(namespace);
    return [
      name,
      {
        ...{ target: 'kubernetes', kubeconfig, context, namespace, prometheus, mlflow },
        baseUrl: gateway,
        headers: { host },
        traffic: traffic ?? { kind: 'istio', gateways: [gatewayName], hosts: [host] },
        secrets: { API_TOKEN: tokenSecret },
      },
    ] as const;
  });
  return stringify({
    version: 1,
    temporal: { address: temporal, namespace: 'default' },
    mlflow: { trackingUri: mlflow },
    environments: Object.fromEntries(environments),
  });
}
