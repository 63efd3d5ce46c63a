import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { LonghaulError } from '../core/errors.ts';
import type { Secrets } from '../core/ports/workspace.ts';

/** Where the value of a secret is, as the operator's file says. */
export type SecretPlace = { readonly file: string } | { readonly env: string };

export interface SecretSources {
  /** By name of the secret, from the operator's file. */
  readonly places: Readonly<Record<string, SecretPlace>>;
  /** Relative files are looked up from here: the folder of the operator's file. */
  readonly folder: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Secrets as files or variables of this machine; values are read anew at every call. */
export function createSecrets(sources: SecretSources): Secrets {
  return {
    resolve: async (names) => {
      const entries = await Promise.all(names.map(async (name) => [name, await valueOf(name, sources)] as const));
      return Object.fromEntries(entries);
    },
  };
}

async function valueOf(name: string, sources: SecretSources): Promise<string> {
  const place = Object.hasOwn(sources.places, name) ? sources.places[name] : undefined;
  if (place === undefined)
    throw new LonghaulError('NotPermitted', `The secret ${name} is not in the operator's file.`, {
      mend: `Name it there under \`secrets:\`, such as \`${name}: { env: ${name} }\`.`,
    });
  return 'env' in place ? fromVariable(name, place.env, sources) : fromFile(name, place.file, sources);
}

function fromVariable(name: string, variable: string, sources: SecretSources): string {
  const value = (sources.environment ?? process.env)[variable];
  if (value !== undefined && value !== '') return value;
  throw new LonghaulError('MissingSecret', `The secret ${name} has no value: the variable ${variable} is not set.`, {
    mend: `Set ${variable} where \`longhaul up\` and the workers are started.`,
  });
}

async function fromFile(name: string, file: string, sources: SecretSources): Promise<string> {
  const path = isAbsolute(file) ? file : join(sources.folder, file);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new LonghaulError('MissingSecret', `The secret ${name} has no value: ${path} cannot be read.`, {
      mend: 'Put the value into that file.',
      cause,
    });
  });
  const value = text.replace(/\r?\n$/, '');
  if (value !== '') return value;
  throw new LonghaulError('MissingSecret', `The secret ${name} has no value: ${path} is empty.`, {
    mend: 'Put the value into that file.',
  });
}
