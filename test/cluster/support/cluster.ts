import { KubeConfig } from '@kubernetes/client-node';
import { inject } from 'vitest';

/** The cluster under test: started here, or given by the person who runs the tests. */
export interface TestCluster {
  readonly kubeconfig: string;
  readonly context: string;
  /** Where requests to routes of Istio's Gateway go, such as `http://10.250.0.2:8080`. */
  readonly gateway: string;
  /** Where requests to routes of the Gateway API go. */
  readonly gatewayApi: string;
  /** Both gateways, as `namespace/name`. */
  readonly gatewayName: string;
  /** Envoy's own page, with `/stats/prometheus`. */
  readonly envoyAdmin: string;
  /** This machine, as pods reach it. */
  readonly hostAddress: string;
  /** The image of the sample project's server. */
  readonly flightsImage: string;
  /** Its name for scripts/cluster; null where the cluster was given, so that its node is out of reach. */
  readonly own: string | null;
}

declare module 'vitest' {
  export interface ProvidedContext {
    readonly cluster: TestCluster;
  }
}

export const testCluster = (): TestCluster => inject('cluster');

/** The configuration with which clients of the cluster are made. */
export function kubeConfigOf({ kubeconfig, context }: TestCluster): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  config.setCurrentContext(context);
  return config;
}
