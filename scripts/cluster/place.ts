import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** The only node, in the words of Kubernetes. */
export const NODE_NAME = 'node1';

/** Where everything of one cluster lies. Nothing of it lies elsewhere, but for one link and a cgroup. */
export interface ClusterPlace {
  readonly name: string;
  readonly folder: string;
  /** The administrator's, for tests and people. */
  readonly kubeconfig: string;
  /** What `cluster:up --json` prints. */
  readonly description: string;
  readonly processes: string;
  readonly logs: string;
  readonly certificates: string;
  readonly containerd: string;
  readonly containerdSocket: string;
  /** Names what lies outside of the folder: this machine's end of the link, and the parent of the pods' cgroups. */
  readonly mark: string;
}

/**
 * @param name short, since a Unix socket lies below the folder: `longhaul` unless several clusters run beside
 * each other. `LONGHAUL_CLUSTER_HOME` names another parent folder than /var/tmp/longhaul-cluster.
 */
export function clusterPlace(name: string): ClusterPlace {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(name))
    throw new Error(`A cluster's name has up to 20 of a-z, 0-9 and -, a letter first; ${name} does not`);
  const folder = join(process.env['LONGHAUL_CLUSTER_HOME'] ?? '/var/tmp/longhaul-cluster', name);
  const inside = (...parts: readonly string[]) => join(folder, ...parts);
  return {
    name,
    folder,
    kubeconfig: inside('kubeconfig'),
    description: inside('cluster.json'),
    processes: inside('processes'),
    logs: inside('logs'),
    certificates: inside('certificates'),
    containerd: inside('containerd'),
    containerdSocket: inside('containerd', 'containerd.sock'),
    mark: `longhaul-${createHash('sha256').update(folder).digest('hex').slice(0, 6)}`,
  };
}
