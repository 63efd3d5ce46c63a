import { resolve } from 'node:path';
import type { GivenCluster } from './places/given-cluster.ts';

/** Where models are served. Without a given cluster it is the project's own. */
export type DemoTarget =
  { readonly kind: 'local' } | { readonly kind: 'kubernetes'; readonly given: GivenCluster | null };

/** As `parseArgs` takes them. */
export const targetOptions = {
  target: { type: 'string', default: 'local' },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  'base-url': { type: 'string' },
  gateway: { type: 'string' },
  'host-address': { type: 'string' },
  'load-image': { type: 'string' },
} as const;

type Name = Exclude<keyof typeof targetOptions, 'target'>;
type Values = Readonly<Partial<Record<Name, string>>> & { readonly target: string };

/** @throws TypeError for an unknown target, options of another one, and a cluster that is given by half */
export function readTarget(values: Values): DemoTarget {
  const names = (Object.keys(targetOptions) as (keyof typeof targetOptions)[]).filter(
    (name): name is Name => name !== 'target',
  );
  const said = names.filter((name) => values[name] !== undefined);
  if (values.target === 'local') {
    if (said.length > 0) throw new TypeError(`${listed(said)}: only with --target kubernetes`);
    return { kind: 'local' };
  }
  if (values.target !== 'kubernetes')
    throw new TypeError(`--target is local or kubernetes, not ${values.target}`);
  if (said.length === 0) return { kind: 'kubernetes', given: null };
  const absent = names.filter((name) => !values[name]);
  if (absent.length > 0) throw new TypeError(`A cluster of your own needs ${listed(absent)} too`);
  const value = (name: Name): string => values[name] ?? '';
  return {
    kind: 'kubernetes',
    given: {
      kubeconfig: resolve(process.env['INIT_CWD'] ?? '.', value('kubeconfig')),
      context: value('context'),
      baseUrl: value('base-url'),
      gateway: value('gateway'),
      hostAddress: value('host-address'),
      loadImage: value('load-image'),
    },
  };
}

const listed = (names: readonly Name[]): string => names.map((name) => `--${name}`).join(', ');
