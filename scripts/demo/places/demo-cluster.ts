/** A cluster that the demo releases to. */
export interface DemoCluster {
  /** Its current context is the cluster. */
  readonly kubeconfig: string;
  /** Where requests to routes of Istio's Gateway go, such as `http://10.250.0.2:8080`. */
  readonly gateway: string;
  /** That Gateway, as `namespace/name`. */
  readonly gatewayName: string;
  /** Address of this machine, as pods reach it. */
  readonly hostAddress: string;
  /** Gives the cluster an image from its archive. */
  readonly load: (archive: string) => Promise<void>;
}

/** Whose a cluster is. */
export interface ClusterSource {
  provide(tell: (line: string) => void): Promise<DemoCluster>;
  /** Ends the cluster if `provide` started it. Resolves to whether it is gone. */
  end(): Promise<boolean>;
  /** The same by hand, for those who keep it all. */
  readonly commandToEnd: string;
}

/** Namespaces of the demo, by Longhaul's name for the environment. */
export const namespaces = {
  staging: 'longhaul-demo-staging',
  production: 'longhaul-demo-production',
} as const;

/** What takes the demo away from a cluster that stays. */
export const commandToDelete = (which: string): string =>
  `kubectl ${which} delete namespace ${Object.values(namespaces).join(' ')}`;
