import { readFile } from 'node:fs/promises';
import { LonghaulError } from '../core/errors.ts';
import type { Secrets } from '../core/ports/workspace.ts';

/** Where the value of a secret is, as the operator's file says: a file (absolute path) or a variable. */
export type SecretSource = { readonly file: string } | { readonly env: string };

/**
 * Secrets as files or variables of this machine, by the names that the operator's file grants. Values are read
 * anew at every call; a file's closing line break is not part of the value.
 */
export function createSecrets(options: {
  readonly sources: Readonly<Record<string, SecretSource>>;
  readonly environment?: NodeJS.ProcessEnv;
}): Secrets {
  const { sources, environment = process.env } = options;
  return {
    resolve: async (names) => {
      const values = names.map(async (name) => [name, await valueOf(name, sources, environment)] as const);
      return Object.fromEntries(await Promise.all(values));
    },
  };
}

async function valueOf(
  name: string,
  sources: Readonly<Record<string, SecretSource>>,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (source === undefined)
    throw new LonghaulError('NotPermitted', `The secret ${name} is not granted by the operator's file.`, {
      mend: `Name it there under \`secrets\`, such as \`${name}: { env: ${name} }\`.`,
    });
  const value = 'file' in source ? await contentOf(source.file) : environment[source.env];
  if (value !== undefined && value !== '') return value;
  const place = 'file' in source ? `the file ${source.file}` : `the variable ${source.env}`;
  throw new LonghaulError('MissingSecret', `The secret ${name} has no value: ${place} is missing or empty.`, {
    mend: 'Put the value there; it is read anew each time.',
  });
}

async function contentOf(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text?.replace(/\r?\n$/, '');
}
