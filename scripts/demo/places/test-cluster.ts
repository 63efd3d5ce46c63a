import { isRunning } from '../../../local/supervisor/process-identity.ts';
import { readComponents } from '../../cluster/component.ts';
import { readDescription } from '../../cluster/description.ts';
import type { ClusterDescription } from '../../cluster/description.ts';
import { takeDown } from '../../cluster/down.ts';
import { importImage } from '../../cluster/import-image.ts';
import { nodeOf } from '../../cluster/machine.ts';
import { clusterPlace } from '../../cluster/place.ts';
import type { ClusterPlace } from '../../cluster/place.ts';
import { findClusterPrograms } from '../../cluster/programs.ts';
import { downCommand } from '../../cluster/refuse.ts';
import { bringUp } from '../../cluster/up.ts';
import { commandToDelete } from './demo-cluster.ts';
import type { ClusterSource } from './demo-cluster.ts';

/** The project's own cluster on this machine: the one that `npm run cluster:up` has left running, else one for the demo. */
export function testCluster(): ClusterSource {
  const [standing, own] = [clusterPlace('longhaul'), clusterPlace('demo')];
  let place = standing;
  return {
    provide: async (tell) => {
      const running = await runningCluster(standing);
      if (running === undefined) {
        place = own;
        // An earlier demo was killed, or kept its cluster.
        await takeDown(own);
      } else tell('the cluster of `npm run cluster:up`, which stays up');
      const description = running ?? (await bringUp(own, tell));
      const { kubeconfig, gateway, gatewayName, hostAddress, nodePid } = description;
      return {
        ...{ kubeconfig, gateway, gatewayName, hostAddress },
        load: (archive) => importImage(place, nodeOf(nodePid), findClusterPrograms(), archive),
      };
    },
    end: async () => place === own && (await takeDown(own)),
    get commandToEnd() {
      return place === own ? downCommand(own) : commandToDelete(`--kubeconfig ${place.kubeconfig}`);
    },
  };
}

/** One that has ended without being undone does not run. */
async function runningCluster(place: ClusterPlace): Promise<ClusterDescription | undefined> {
  const description = readDescription(place);
  const node = readComponents(place).find(({ name }) => name === 'node');
  return node !== undefined && (await isRunning(node.process)) ? description : undefined;
}
