import { existsSync } from 'node:fs';
import { isRunning } from '../../local/supervisor/process-identity.ts';
import { readComponents } from './component.ts';
import { readDescription } from './description.ts';
import type { ClusterPlace } from './place.ts';

const OTHERWISE = 'docs/test-cluster.md says how to test on a throw-away cluster of kind or k3d instead.';

/** @throws Error where a cluster cannot be started here, or one of this name has not been taken down */
export async function refuseUnlessPossible(place: ClusterPlace): Promise<void> {
  if (process.platform !== 'linux')
    throw new Error(`A cluster needs Linux, and this is ${process.platform}. ${OTHERWISE}`);
  if (process.getuid?.() !== 0)
    throw new Error(
      `A cluster needs root, for its namespaces and cgroups: run it with sudo -E. ${OTHERWISE}`,
    );
  if (!existsSync(place.folder)) return;
  const command = downCommand(place);
  if (readDescription(place) === undefined)
    throw new Error(
      `${place.folder} is of a cluster that starts, or that never came up; undo it with: ${command}`,
    );
  const node = readComponents(place).find(({ name }) => name === 'node');
  const state =
    node !== undefined && (await isRunning(node.process)) ? 'runs already' : 'has ended, and is not undone';
  throw new Error(`The cluster ${place.name} ${state} (${place.folder}); end it with: ${command}`);
}

export const downCommand = ({ name }: ClusterPlace): string =>
  `npm run cluster:down${name === 'longhaul' ? '' : ` -- --name ${name}`}`;
