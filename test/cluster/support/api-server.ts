import { awaitReady } from '../../../scripts/cluster/await-ready.ts';
import { signalComponent, startComponentAgain, stopComponent } from '../../../scripts/cluster/component.ts';
import { kubectlOf } from '../../../scripts/cluster/kubectl.ts';
import { clusterPlace } from '../../../scripts/cluster/place.ts';
import { findClusterPrograms } from '../../../scripts/cluster/programs.ts';
import { testCluster } from './cluster.ts';

const SERVER = 'kube-apiserver';

/** The API server of a cluster that was started here, to be taken away for a while. */
export interface ApiServer {
  /** Ends it: connections are refused. Pods and routes stay as they are. */
  readonly stop: () => Promise<void>;
  /** Starts it as it was started before, and waits until it is ready. */
  readonly start: () => Promise<void>;
  /** Freezes it: connections hang. */
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
}

/** @returns null where the cluster was given, so that its API server is not ours to stop */
export function apiServer(): ApiServer | null {
  const { own } = testCluster();
  if (own === null) return null;
  const place = clusterPlace(own);
  const kubectl = kubectlOf(place, findClusterPrograms());
  return {
    stop: () => stopComponent(place, SERVER),
    start: async () => {
      await startComponentAgain(place, SERVER);
      await awaitReady('the API server', 60, () => kubectl(['get', '--raw', '/readyz']));
    },
    pause: () => signalComponent(place, SERVER, 'SIGSTOP'),
    resume: () => signalComponent(place, SERVER, 'SIGCONT'),
  };
}
