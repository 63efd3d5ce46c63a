import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Node } from './machine.ts';
import type { ClusterPlace } from './place.ts';
import type { ClusterPrograms } from './programs.ts';

const execute = promisify(execFile);

/**
 * Gives the cluster's node an image from an archive; pods name it with `imagePullPolicy: Never` or `IfNotPresent`.
 * It is unpacked on the node, whose mounts this machine does not see.
 */
export async function importImage(
  place: ClusterPlace,
  node: Node,
  programs: ClusterPrograms,
  archive: string,
): Promise<void> {
  const { command, args } = node.within({
    name: 'import',
    command: programs.find('ctr'),
    args: [
      '--address',
      place.containerdSocket,
      '--namespace',
      'k8s.io',
      'images',
      'import',
      resolve(archive),
    ],
    environment: {},
  });
  await execute(command, args, { env: { ...programs.environment } });
}
