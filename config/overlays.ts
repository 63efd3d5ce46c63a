/** How files of `environments/` are laid over each other and over `longhaul.yaml`, and how commands see them. */

/** A mapping of a YAML file as plain data. */
export type Mapping = Readonly<Record<string, unknown>>;

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `over` on top of `base`, key by key; lists and single values are replaced whole. */
export function layOver(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (!isMapping(base) || !isMapping(over)) return over;
  const merged = Object.entries(over).map(([key, value]): [string, unknown] => [
    key,
    layOver(Object.hasOwn(base, key) ? base[key] : undefined, value),
  ]);
  return { ...base, ...Object.fromEntries(merged) };
}

/** `model.batch_size: 64` as `LONGHAUL_CONFIG_MODEL_BATCH_SIZE=64`; `release` is for Longhaul alone. */
export function flatten(settings: unknown, prefix = 'LONGHAUL_CONFIG'): Readonly<Record<string, string>> {
  if (!isMapping(settings)) return {};
  const entries = Object.entries(settings).flatMap(([key, value]): readonly (readonly [string, string])[] => {
    const name = `${prefix}_${key.toUpperCase()}`;
    if (isMapping(value)) return key === 'release' ? [] : Object.entries(flatten(value, name));
    return value === undefined || value === null ? [] : [[name, writtenAs(value)]];
  });
  return Object.fromEntries(entries);
}

const writtenAs = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
