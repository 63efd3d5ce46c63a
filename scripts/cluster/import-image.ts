import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Node } from './machine.ts';
import type { ClusterPlace } from './place.ts';
import type { ClusterPrograms } from './programs.ts';

const execute = promisify(execFile);

/**
 * Gives the cluster's node an image from an archive; pods name it with `imagePullPolicy: Never` or `IfNotPresent`.
 * It is unpacked on the node, whose mounts this machine does not see. An archive of one name is imported once.
 */
export async function importImage(
  place: ClusterPlace,
  node: Node,
  programs: ClusterPrograms,
  archive: string,
): Promise<void> {
  const marker = join(place.folder, 'imported', basename(archive));
  if (existsSync(marker)) return;
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
  mkdirSync(dirname(marker), { recursive: true });
  writeFileSync(marker, '');
}
