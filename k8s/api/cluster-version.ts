import { LonghaulError } from '../../core/errors.ts';
import type { ClusterVersion } from './cluster.ts';
import type { ApiConnection } from './connection.ts';

export async function clusterVersion(connection: ApiConnection): Promise<ClusterVersion> {
  const asked = { verb: 'get', resource: 'version', group: '' };
  const answer = JSON.parse(await connection.ask({ method: 'GET', path: '/version', asked })) as {
    readonly gitVersion: string;
    readonly major: string;
    readonly minor: string;
  };
  return {
    name: answer.gitVersion,
    major: Number.parseInt(answer.major),
    minor: Number.parseInt(answer.minor),
  };
}

/** The first with `sleep` before a container stops, which lets requests under way end. */
const oldestVersion = { major: 1, minor: 30 } as const;

/** @throws LonghaulError InvalidConfig for a cluster that is older than Longhaul can do with */
export function refuseOldCluster({ major, minor, name }: ClusterVersion, where: string): void {
  const { major: oldest, minor: least } = oldestVersion;
  if (major > oldest || (major === oldest && minor >= least)) return;
  throw new LonghaulError(
    'InvalidConfig',
    `${where} is Kubernetes ${name}; ${oldest}.${least} is the oldest that Longhaul releases to.`,
    {
      mend: 'Upgrade the cluster, or name another in the environment.',
    },
  );
}
