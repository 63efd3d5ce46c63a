import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { delimiter } from 'node:path';
import { findTools, repositoryRoot } from '../../local/tools.ts';

/** Where the cluster's programs are, as set-up recorded it. */
export interface ClusterPrograms {
  /** A program by its name: Kubernetes' own, istiod (`pilot-discovery`), `init`, Envoy, or one found on PATH. */
  readonly find: (name: string) => string;
  /** The folder of the plugins that give pods their network. */
  readonly networkPlugins: string;
  /** The folder of descriptions of custom resources. */
  readonly manifests: string;
  /** What all of the programs are started with: PATH, and libraries that the machine lacks. */
  readonly environment: Readonly<Record<string, string>>;
}

interface Recorded {
  readonly programs: readonly string[];
  readonly networkPlugins: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly kubernetes: string;
  readonly istio: string;
  readonly init: string;
  readonly manifests: string;
}

/** @throws Error where set-up has not yet made them; it says how to have them made */
export function findClusterPrograms(): ClusterPrograms {
  const file = join(repositoryRoot(), '.tools', 'cluster.json');
  if (!existsSync(file))
    throw new Error(`The cluster's programs are not here (${file}); run: npm run cluster:up`);
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded;
  const own = [recorded.kubernetes, recorded.istio, recorded.init, ...recorded.programs];
  const search = [...own, ...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return {
    find: (name) => (name === 'envoy' ? findTools().envoy : programIn(search, name)),
    networkPlugins: recorded.networkPlugins,
    manifests: recorded.manifests,
    environment: { ...recorded.environment, PATH: search.join(delimiter) },
  };
}

function programIn(folders: readonly string[], name: string): string {
  const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (found === undefined)
    throw new Error(`The program ${name} is not on this machine; install it and try again`);
  return found;
}
