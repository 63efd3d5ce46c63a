import { readFile } from 'node:fs/promises';
import { LonghaulError } from '../../core/errors.ts';
import type { Secrets } from '../../core/ports/workspace.ts';

/** Where a secret's value is: a file (absolute path) or a variable of the worker's environment. */
export type SecretSource = { readonly file: string } | { readonly env: string };

/** Secrets by the names that the operator's file grants. A file's closing line break is not part of the value. */
export function createSecrets(options: {
  readonly sources: Readonly<Record<string, SecretSource>>;
  readonly environment?: NodeJS.ProcessEnv;
}): Secrets {
  const environment = options.environment ?? process.env;
  const valueOf = async (name: string): Promise<string> => {
    const source = Object.hasOwn(options.sources, name) ? options.sources[name] : undefined;
    if (source === undefined) {
      throw new LonghaulError('NotPermitted', `The secret ${name} is not granted here.`, {
        mend: 'Name it under `secrets` in longhaul.server.yaml, or take it out of longhaul.yaml.',
      });
    }
    const value =
      'file' in source
        ? (await readFile(source.file, 'utf8').catch(() => '')).replace(/\r?\n$/, '')
        : (environment[source.env] ?? '');
    if (value !== '') return value;
    const place = 'file' in source ? `the file ${source.file}` : `the variable ${source.env} of the worker`;
    throw new LonghaulError(
      'MissingSecret',
      `The secret ${name} has no value: ${place} is missing or empty.`,
      {
        mend: 'Put the value there; it is read anew each time.',
      },
    );
  };
  return {
    async resolve(names) {
      return Object.fromEntries(
        await Promise.all(names.map(async (name) => [name, await valueOf(name)] as const)),
      );
    },
  };
}
