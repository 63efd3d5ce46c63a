/** The examples of docs/kubernetes.md are what the files may say. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadProject } from '../../config/load-project.ts';
import { loadServerConfig } from '../../config/load-server.ts';
import { isMapping, layOver } from '../../config/overlays.ts';
import type { Mapping } from '../../config/overlays.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/kubernetes.md'), 'utf8');
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-guide-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const serverFrom = (text: string) => {
  const file = join(folder, 'longhaul.server.yaml');
  writeFileSync(file, text);
  return loadServerConfig(file);
};

const environment = {
  ...{ target: 'kubernetes', namespace: 'ml', baseUrl: 'http://ml.test', prometheus: 'http://p.test' },
};
const inEnvironment = (settings: Mapping): string =>
  stringify({
    version: 1,
    mlflow: { trackingUri: 'http://mlflow.test' },
    projects: { 'acme/flights': { url: 'file:///none' } },
    environments: {
      staging: { ...environment, namespace: 'ml-staging' },
      production: { ...environment, ...settings },
    },
  });

const project = {
  ...{ version: 1, project: 'acme/flights', model: 'flights' },
  python: { requirements: [] },
  ci: { steps: { 'unit-tests': { run: 'true' } } },
  release: {
    ...{ train: { run: 'true' }, evaluate: { run: 'true' }, integration: { run: 'true' } },
    ...{ loadTest: { script: 'load.js' }, serve: { run: 'true', container: { image: 'flights:1' } } },
  },
};

/** The problems of a project on clusters whose files say this as well. */
function problemsOf(said: { readonly project?: unknown; readonly production?: string }): readonly unknown[] {
  const files: Readonly<Record<string, string>> = {
    'longhaul.yaml': stringify(layOver(project, said.project ?? {})),
    'load.js': '',
    'environments/production.yaml': said.production ?? '{}',
  };
  const loaded = loadProject({ files: (path) => files[path] ?? null, server: serverFrom(inEnvironment({})) });
  return loaded.ok ? [] : loaded.problems;
}

/** Of other tools: Argo CD’s Application, Flux’s annotation. */
const isOfOthers = (data: Mapping): boolean => 'spec' in data || 'metadata' in data;

describe('the Kubernetes guide', () => {
  test('has examples of every file', () => {
    const firstKeys = examples.map((text) => Object.keys(parse(text) as Mapping)[0]);
    expect(new Set(firstKeys)).toEqual(
      new Set(['version', 'release', 'deployment', 'ci', 'previewUrl', 'monitorLabels', 'spec', 'metadata']),
    );
  });

  test.each(examples)('example %#: %s', (text) => {
    const data: unknown = parse(text);
    if (!isMapping(data)) throw new Error('it is no mapping');
    if (isOfOthers(data)) return;
    if ('environments' in data)
      expect(serverFrom(text).environments['production']?.target).toBe('kubernetes');
    else if ('release' in data || 'ci' in data) expect(problemsOf({ project: data })).toEqual([]);
    else if ('deployment' in data) expect(problemsOf({ production: text })).toEqual([]);
    else expect(serverFrom(inEnvironment(data)).environments['production']).toMatchObject(data);
  });

  test('links to pages and headings that are there', () => {
    for (const [, path = ''] of page.matchAll(/\]\(([\w-]+\.md)(?:#[\w-]+)?\)/g))
      expect(readFileSync(join(import.meta.dirname, '../../docs', path), 'utf8')).not.toBe('');
  });
});
