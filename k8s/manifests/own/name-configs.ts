import { isMapping } from '../../../config/overlays.ts';
import type { Labels, Manifest } from '../../api/cluster.ts';
import { contentDigest } from '../config-map.ts';

/** New names of ConfigMaps by those that the project gave them. */
export type ConfigNames = ReadonlyMap<string, string>;

const referring: readonly string[] = ['configMap', 'configMapRef', 'configMapKeyRef'];

/** Names of ConfigMaps that stand anywhere in an object: as volumes, variables, or parts of them. */
export function configsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(configsIn);
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(referring.includes(key) && isMapping(inner) && typeof inner['name'] === 'string'
      ? [inner['name']]
      : []),
    ...configsIn(inner),
  ]);
}

/** The value with every reference to a ConfigMap under its new name. */
export function withConfigNames<T>(value: T, names: ConfigNames): T;
export function withConfigNames(value: unknown, names: ConfigNames): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withConfigNames(item, names));
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const renamed = withConfigNames(inner, names);
      if (!referring.includes(key) || !isMapping(renamed) || typeof renamed['name'] !== 'string')
        return [key, renamed];
      return [key, { ...renamed, name: names.get(renamed['name']) ?? renamed['name'] }];
    }),
  );
}

/** The ConfigMap under a name made from its content, never to be changed. */
export function namedByContent(config: Manifest, labels: Labels): Manifest {
  const { data, binaryData } = config;
  const digest = contentDigest({ data, binaryData });
  return {
    ...config,
    metadata: {
      ...config.metadata,
      name: `${config.metadata.name}-${digest.slice(0, 10)}`,
      labels: { ...config.metadata.labels, ...labels },
    },
    immutable: true,
  };
}
