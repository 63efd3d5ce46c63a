import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { run } from '../run.ts';
import { commandToDelete } from './demo-cluster.ts';
import type { ClusterSource } from './demo-cluster.ts';

/** A throw-away cluster of the person who runs the demo. */
export interface GivenCluster {
  readonly kubeconfig: string;
  readonly context: string;
  /** Address of Istio's Gateway. */
  readonly baseUrl: string;
  /** That Gateway, as `namespace/name`. */
  readonly gateway: string;
  readonly hostAddress: string;
  /** Command line that gives the nodes the image of `$ARCHIVE`. */
  readonly loadImage: string;
}

/** Its kubeconfig is copied to `folder`, with the context as the current one: Prometheus knows no other. */
export const givenCluster = (given: GivenCluster, folder: string): ClusterSource => ({
  provide: async (tell) => {
    const { context, baseUrl, gateway, hostAddress, loadImage } = given;
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, onlyCurrent(given), { mode: 0o600 });
    tell(`the cluster of the context ${context}`);
    return Promise.resolve({
      ...{ kubeconfig, gateway: baseUrl, gatewayName: gateway, hostAddress },
      load: async (archive) => {
        await run('/bin/sh', ['-c', loadImage], { cwd: folder, env: { ARCHIVE: archive } });
      },
    });
  },
  end: () => Promise.resolve(false),
  commandToEnd: commandToDelete(`--kubeconfig ${given.kubeconfig} --context ${given.context}`),
});

function onlyCurrent({ kubeconfig, context }: GivenCluster): string {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const known = config.getContexts().map(({ name }) => name);
  if (!known.includes(context))
    throw new Error(`${kubeconfig} has no context ${context}; it has ${known.join(', ')}`);
  config.setCurrentContext(context);
  return config.exportConfig();
}
