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
import { namespaces } from './demo-cluster.ts';
import type { ClusterSource } from './demo-cluster.ts';

/** The project's own cluster on this machine: the one that `npm run cluster:up` has left running, else one for the demo. */
export function testCluster(): ClusterSource {
  const place = clusterPlace('longhaul');
  let isOurs = false;
  return {
    provide: async (tell) => {
      const standing = await standingCluster(place);
      isOurs = standing === undefined;
      if (standing !== undefined) tell('the cluster of `npm run cluster:up`, which runs');
      const description = standing ?? (await bringUp(place, tell));
      const { name, kubeconfig, gateway, gatewayName, hostAddress, nodePid } = description;
      return {
        ...{ name, kubeconfig, gateway, gatewayName, hostAddress },
        load: (archive) => importImage(place, nodeOf(nodePid), findClusterPrograms(), archive),
      };
    },
    end: async () => isOurs && (await takeDown(place)),
    get commandsToEnd() {
      return isOurs
        ? [downCommand(place)]
        : [`kubectl delete namespace ${Object.values(namespaces).join(' ')}`];
    },
  };
}

/** One that has ended without being undone is not meant: starting over it tells what to do. */
async function standingCluster(place: ClusterPlace): Promise<ClusterDescription | undefined> {
  const description = readDescription(place);
  if (description === undefined) return undefined;
  const node = readComponents(place).find(({ name }) => name === 'node');
  return node !== undefined && (await isRunning(node.process)) ? description : undefined;
}
