import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { createDirectoryStore } from '../../../activities/store/directory-store.ts';
import { documentKeys, namespace } from '../../../core/ids.ts';
import { homePaths } from '../../../local/home.ts';
import { serverFileOf } from '../server-file.ts';
import type { AskedFor } from './command-tree.ts';
import { idsOfTemporal } from './temporal-ids.ts';

/**
 * What could be typed, read from where it is quickly had: files of this machine, git, and Temporal if it is there. The
 * files are not checked against their schemas, which would take longer than a person waits for a Tab.
 */
export function valuesOf(what: AskedFor, given: readonly string[]): Promise<readonly string[]> {
  switch (what) {
    case 'projects':
      return projects();
    case 'commits':
      return commits();
    case 'ci-runs':
      return runIds('ci/');
    case 'releases':
      return runIds('release/');
    case 'runs':
      return runIds('');
    case 'steps':
      return steps(given[0]);
    case 'environments':
      return environments();
  }
}

async function projects(): Promise<readonly string[]> {
  const server = await readYamlFile(serverFileOf({}));
  return keysOf(field(server, 'projects'));
}

async function environments(): Promise<readonly string[]> {
  return keysOf(field(await readYamlFile(serverFileOf({})), 'environments'));
}

async function commits(): Promise<readonly string[]> {
  const git = promisify(execFile);
  const [log, refs] = await Promise.all([
    git('git', ['log', '--max-count=20', '--format=%h']),
    git('git', ['for-each-ref', '--format=%(refname:short)', 'refs/heads', 'refs/tags']),
  ]);
  return [log, refs].flatMap(({ stdout }) => stdout.split('\n')).filter((line) => line !== '');
}

/** Ids of runs and releases, from their records, from the logs of this machine, and from Temporal. */
async function runIds(prefix: string): Promise<readonly string[]> {
  const file = serverFileOf({});
  const server = await readYamlFile(file);
  const [stored, running, listed] = await Promise.all([
    storedIds(text(field(server, 'store', 'directory')), dirname(file)),
    idsOfLogs(),
    idsOfTemporal({
      address: text(field(server, 'temporal', 'address')) ?? '127.0.0.1:7233',
      namespace: text(field(server, 'temporal', 'namespace')) ?? namespace.name,
    }),
  ]);
  return [...new Set([...listed, ...stored, ...running])].filter((id) => id.startsWith(prefix));
}

async function storedIds(directory: string | undefined, base: string): Promise<readonly string[]> {
  const home = homePaths();
  const artifacts = directory === undefined ? home.artifacts : resolve(base, directory);
  const documents = directory === undefined ? home.documents : join(artifacts, 'documents');
  const store = createDirectoryStore({ artifacts, documents });
  const prefixes = [documentKeys.ciRun(''), documentKeys.release('')];
  const keys = await Promise.all(
    prefixes.map(async (prefix) =>
      (await store.listDocuments(prefix)).map((key) => key.slice(prefix.length)),
    ),
  );
  return keys.flat();
}

/** The logs of a run lie in folders of its id and its steps. */
async function idsOfLogs(): Promise<readonly string[]> {
  const { logs } = homePaths();
  const files = await readdir(logs, { recursive: true }).catch(() => []);
  const folders = files.filter((file) => file.endsWith('.log')).map((file) => dirname(dirname(file)));
  return [...new Set(folders)].filter((id) => /^(ci|release)\//.test(id));
}

/** Steps whose log is on this machine, and those of the longhaul.yaml of this folder. */
async function steps(run: string | undefined): Promise<readonly string[]> {
  const ids = run === undefined ? [] : (await idsOfLogs()).filter((id) => `/${id}`.includes(`/${run}`));
  const { logs } = homePaths();
  const begun = await Promise.all(ids.map((id) => readdir(join(logs, id)).catch(() => [])));
  if (begun.length > 0) return [...new Set(begun.flat())];
  return keysOf(field(await readYamlFile('longhaul.yaml'), 'ci', 'steps'));
}

const readYamlFile = async (file: string): Promise<unknown> =>
  parse(await readFile(file, 'utf8').catch(() => ''));

/** What lies at a path of keys in a file that may hold anything. */
const field = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>(
    (inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const keysOf = (value: unknown): readonly string[] => (isObject(value) ? Object.keys(value) : []);

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
