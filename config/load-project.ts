import { z } from 'zod';
import type { CiPlan } from '../core/ci.ts';
import type { ReleasePlan } from '../core/release.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { checkApproval } from './approval-checks.ts';
import { toCiPlan } from './ci-plan.ts';
import { checkClusterSecrets, checkContainer, checkStrategy, notesOnStrategy } from './cluster-checks.ts';
import type { EnvironmentFiles, EnvironmentName, ReadRepositoryFile } from './environments.ts';
import { readEnvironment, resolveEnvironment } from './environments.ts';
import { checkMatrices } from './matrix-checks.ts';
import { isMapping, layOver } from './overlays.ts';
import { checkPlanSize } from './plan-size.ts';
import type { Problem } from './problem.ts';
import { byPlace } from './problem.ts';
import { checkFiles, checkGrants, checkNeeds } from './project-checks.ts';
import type { ProjectConfig } from './project-config.ts';
import { projectConfigSchema } from './project-config.ts';
import { releaseSchema } from './release-config.ts';
import type { ReleaseConfig } from './release-config.ts';
import { toReleasePlan } from './release-plan.ts';
import { checkSchema, valueAt } from './schema-problems.ts';
import type { Checked } from './schema-problems.ts';
import type { ServerConfig } from './server-config.ts';
import { checkWatchTimes } from './watch-checks.ts';
import type { YamlSource } from './yaml-source.ts';
import { readYaml } from './yaml-source.ts';

export const projectFile = 'longhaul.yaml';

export type ProjectConfigResult =
  | {
      readonly ok: true;
      readonly config: ProjectConfig;
      readonly ciPlan: CiPlan;
      /** Absent when the file has no `release`. */
      readonly releasePlan?: ReleasePlan;
      /** Canonical JSON of all that was resolved; its hash is the digest of the configuration. */
      readonly resolvedJson: string;
      /** What is valid and yet not as its writer may think. */
      readonly notes: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Resolves `longhaul.yaml` and the files of `environments/` to the plans that runs follow, or tells everything that
 * is wrong at once. Without `server`, what only the operator's file knows is not checked.
 */
export function loadProject(given: {
  readonly files: ReadRepositoryFile;
  readonly server?: ServerConfig;
  /** Whose configuration CI runs with; staging's when absent. */
  readonly configuration?: EnvironmentName;
}): ProjectConfigResult {
  const text = given.files(projectFile);
  if (text === null) return { ok: false, problems: [noProjectFile] };
  const source = readYaml(projectFile, text, ['env', 'matrix']);
  const staging = readEnvironment('staging', given.files, given.server);
  const production = readEnvironment('production', given.files, given.server);
  const project = checkSchema(projectConfigSchema, source);
  const problems = [
    ...(project.ok ? [] : project.problems),
    ...(source.problems.length === 0 ? checkReferences(source, given) : []),
    ...staging.problems,
    ...production.problems,
  ];
  if (!project.ok || problems.length > 0) return { ok: false, problems: inOrder(problems) };
  const { server, configuration = 'staging' } = given;
  return toPlans(project.value, { source, staging, production, server, configuration });
}

const noProjectFile: Problem = {
  file: projectFile,
  line: 1,
  column: 1,
  key: '',
  message: 'does not exist in the root of the repository',
  hint: 'write one with: longhaul init',
};

const checkReferences = (
  source: YamlSource,
  { files, server }: { readonly files: ReadRepositoryFile; readonly server?: ServerConfig },
): readonly Problem[] => [
  ...checkNeeds(source),
  ...checkMatrices(source),
  ...checkFiles(source, files),
  ...checkContainer(source, server),
  ...(server === undefined ? [] : checkGrants(source, server)),
];

interface Files {
  readonly source: YamlSource;
  readonly staging: EnvironmentFiles;
  readonly production: EnvironmentFiles;
  readonly server: ServerConfig | undefined;
  readonly configuration: EnvironmentName;
}

function toPlans(config: ProjectConfig, files: Files): ProjectConfigResult {
  const { source, server } = files;
  const staging = resolveEnvironment(files.staging);
  const production = resolveEnvironment(files.production);
  const ciPlan = toCiPlan(config, { staging, production }[files.configuration].plan.overlay);
  const tooLarge = checkPlanSize(ciPlan, source);
  if (tooLarge.length > 0) return { ok: false, problems: tooLarge };
  if (config.release === undefined) {
    const resolvedJson = canonicalJson({ project: config.project, ci: ciPlan });
    return { ok: true, config, ciPlan, resolvedJson, notes: [] };
  }
  const overlays = [...files.staging.sources, ...files.production.sources];
  const sources = [source, ...overlays];
  const release = layOverRelease(source, overlays);
  if (!release.ok) return release;
  const problems = [
    ...checkWatchTimes(release.value, sources),
    ...checkStrategy(release.value, server, sources),
    ...checkApproval(release.value, server, sources),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const releasePlan = toReleasePlan(config, release.value, staging, production);
  const secrets = checkClusterSecrets(releasePlan, server, source);
  if (secrets.length > 0) return { ok: false, problems: secrets };
  const resolvedJson = canonicalJson({ project: config.project, ci: ciPlan, release: releasePlan });
  return {
    ok: true,
    config,
    ciPlan,
    releasePlan,
    resolvedJson,
    notes: notesOnStrategy(release.value, sources),
  };
}

/** `release` of the file with that of staging's files laid over it, then that of production's. */
function layOverRelease(source: YamlSource, overlays: readonly YamlSource[]): Checked<ReleaseConfig> {
  const parts = [source, ...overlays].map(({ data }) => valueAt(data, ['release'])).filter(isMapping);
  const release = parts.reduce<unknown>(layOver, {});
  const checked = checkSchema(z.strictObject({ release: releaseSchema }), source, { release });
  return checked.ok ? { ok: true, value: checked.value.release } : checked;
}

/** `longhaul.yaml` first, then the other files by name; each by line, none told twice. */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const rank = ({ file }: Problem): string => (file === projectFile ? '' : file);
  const sorted = problems.toSorted((a, b) => byText(rank(a), rank(b)) || byPlace(a, b));
  const told = new Map(sorted.map((problem) => [canonicalJson(problem), problem]));
  return [...told.values()];
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
