import { isAbsolute, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { LonghaulError } from '../core/errors.ts';

const settings = z.record(z.string(), z.unknown());
const named = z.array(z.looseObject({ name: z.string() })).default([]);

const kubeconfig = z.looseObject({
  'current-context': z.string().nullish(),
  contexts: named,
  clusters: named,
  users: named,
});

/** Settings that name files, relative to the kubeconfig that they stand in. */
const files: readonly string[] = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/**
 * A kubeconfig for programs that take its current context alone, to lie in any folder: the same with this context.
 *
 * @param path where the text comes from
 * @returns null where the file as it is leads to the context
 * @throws LonghaulError InvalidConfig: no kubeconfig, or one without the context
 */
export function kubeconfigOfContext(text: string, path: string, context: string): string | null {
  const read = kubeconfig.safeParse(parse(text));
  if (!read.success) throw new LonghaulError('InvalidConfig', `${path} is no kubeconfig.`);
  const config = read.data;
  const known = config.contexts.map(({ name }) => name);
  if (!known.includes(context))
    throw new LonghaulError('InvalidConfig', `There is no context “${context}” in ${path}.`, {
      mend: `Set \`context\` of the environment to one of: ${known.join(', ') || 'none is there'}.`,
    });
  if (config['current-context'] === context) return null;
  const folder = join(path, '..');
  return JSON.stringify({
    ...config,
    'current-context': context,
    clusters: config.clusters.map((entry) => ({ ...entry, cluster: withFilesIn(folder, entry['cluster']) })),
    users: config.users.map((entry) => ({ ...entry, user: withFilesIn(folder, entry['user']) })),
  });
}

/** A plugin's program is a file as well where it is no mere name. */
function withFilesIn(folder: string, value: unknown): unknown {
  const absolute = (path: unknown): unknown =>
    typeof path === 'string' && path !== '' && !isAbsolute(path) ? join(folder, path) : path;
  const { exec, ...given } = settings.parse(value ?? {});
  const plugin = settings.safeParse(exec);
  return {
    ...Object.fromEntries(
      Object.entries(given).map(([key, setting]) => [key, files.includes(key) ? absolute(setting) : setting]),
    ),
    ...(plugin.success ? { exec: withProgram(plugin.data, absolute) } : {}),
  };
}

const withProgram = (plugin: z.output<typeof settings>, absolute: (path: unknown) => unknown): object =>
  String(plugin['command']).includes('/') ? { ...plugin, command: absolute(plugin['command']) } : plugin;
