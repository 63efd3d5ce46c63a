import type { ProjectConfigResult } from '../../config/load-project.ts';
import { loadProject } from '../../config/load-project.ts';
import type { Problem } from '../../config/problem.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { serverConfigSchema } from '../../config/server-config.ts';

/** The shortest file that is a project, CI only. */
export const ciOnly = `version: 1
project: team/model
model: churn
`;

/** The shortest file with a release. */
export const withRelease = `${ciOnly}release:
  train: { run: python train.py }
  evaluate: { run: python evaluate.py }
  serve: { run: python serve.py }
`;

/** Reads files of a repository that also has what the defaults ask for. */
const repository =
  (files: Readonly<Record<string, string>>) =>
  (path: string): string | null =>
    ({ 'requirements.txt': '', 'tests/performance/load_test.js': '', ...files })[path] ?? null;

const load = (files: Readonly<Record<string, string>>, server?: ServerConfig): ProjectConfigResult =>
  loadProject({ files: repository(files), ...(server === undefined ? {} : { server }) });

export function loaded(
  files: Readonly<Record<string, string>>,
  server?: ServerConfig,
): Extract<ProjectConfigResult, { ok: true }> {
  const result = load(files, server);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
  return result;
}

export function problems(files: Readonly<Record<string, string>>, server?: ServerConfig): readonly Problem[] {
  const result = load(files, server);
  return result.ok ? [] : result.problems;
}

/** An operator's file that grants everything that {@link withRelease} asks for. */
export const operator = (
  given: { readonly overlays?: readonly string[]; readonly secrets?: readonly string[] } = {},
) =>
  serverConfigSchema.parse({
    version: 1,
    projects: { 'team/model': { url: 'file:///srv/model.git' } },
    environments: {
      staging: { target: 'local', port: 8101 },
      production: { target: 'local', port: 8102, overlays: given.overlays ?? [] },
    },
    secrets: Object.fromEntries((given.secrets ?? []).map((name) => [name, { env: name }])),
  });
