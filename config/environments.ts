import type { EnvironmentPlan } from '../core/release.ts';
import { checkDeployment } from './cluster-checks.ts';
import { toClusterDeployment } from './cluster-plan.ts';
import type { DeploymentSettings } from './deployment-config.ts';
import { environmentSchema } from './environment-config.ts';
import type { Mapping } from './overlays.ts';
import { flatten, isMapping, layOver } from './overlays.ts';
import type { Problem } from './problem.ts';
import type { ResolvedEnvironment } from './release-plan.ts';
import { checkSchema } from './schema-problems.ts';
import type { ServerConfig } from './server-config.ts';
import type { YamlSource } from './yaml-source.ts';
import { readYaml } from './yaml-source.ts';

/** Text of a file of the repository by its path, or null: a folder or a commit, as the caller likes. */
export type ReadRepositoryFile = (path: string) => string | null;

/** The files that make an environment, the later ones laid over the earlier. */
export interface EnvironmentFiles {
  readonly name: EnvironmentName;
  readonly sources: readonly YamlSource[];
  /** Whether the operator's file has it on a cluster. */
  readonly onCluster: boolean;
  /** Roles that the operator's file has for it. */
  readonly roles: readonly string[];
  readonly problems: readonly Problem[];
}

/** The environments of a release, in its order, with the replicas of a full rollout where no file says otherwise. */
export const environmentReplicas = { staging: 1, production: 10 } as const;
export type EnvironmentName = keyof typeof environmentReplicas;

/** Reads `environments/<name>.yaml`, if there is one, and the files that the operator lays over it. */
export function readEnvironment(
  name: EnvironmentName,
  files: ReadRepositoryFile,
  server: ServerConfig | undefined,
): EnvironmentFiles {
  const own = readOverlay(name, files);
  const asked = (server?.environments[name]?.overlays ?? []).map((overlay) => ({
    overlay,
    source: readOverlay(overlay, files),
  }));
  const sources = [own, ...asked.map(({ source }) => source)].filter((source) => source !== null);
  const missing = asked
    .filter(({ source }) => source === null)
    .map(({ overlay }) => missingOverlay(overlay, name));
  const onCluster = server?.environments[name]?.target === 'kubernetes';
  const roles = Object.keys(server?.environments[name]?.approvers ?? {});
  const problems = [...missing, ...sources.flatMap(problemsOf)];
  return {
    ...{ name, sources, onCluster, roles },
    problems: onCluster && problems.length === 0 ? checkDeployment(deploymentOf(sources), sources) : problems,
  };
}

function readOverlay(name: string, files: ReadRepositoryFile): YamlSource | null {
  const file = `environments/${name}.yaml`;
  const text = files(file);
  return text === null ? null : readYaml(file, text, ['env', 'model', 'training']);
}

function problemsOf(source: YamlSource): readonly Problem[] {
  const checked = checkSchema(environmentSchema, source);
  return checked.ok ? [] : checked.problems;
}

const missingOverlay = (overlay: string, environment: EnvironmentName): Problem => ({
  file: `environments/${overlay}.yaml`,
  line: 1,
  column: 1,
  key: '',
  message: `does not exist, but the operator’s file lays it over ${environment}`,
  hint: `add it, or take \`${overlay}\` out of environments.${environment}.overlays in the operator’s file`,
});

/** The environment that its files come to. They must be free of problems. */
export function resolveEnvironment({
  name,
  sources,
  onCluster,
  roles,
}: EnvironmentFiles): ResolvedEnvironment {
  const merged = mergeSources(sources);
  const { deployment = {}, monitoring } = environmentSchema.parse(merged);
  const cluster = onCluster ? toClusterDeployment(deployment) : undefined;
  const plan: EnvironmentPlan = {
    name,
    replicas: cluster?.autoscaling?.min ?? deployment.replicas ?? environmentReplicas[name],
    overlay: flatten(merged),
    ...(cluster === undefined ? {} : { deployment: cluster }),
  };
  return { plan, monitoring, roles };
}

const deploymentOf = (sources: readonly YamlSource[]): DeploymentSettings =>
  environmentSchema.parse(mergeSources(sources)).deployment ?? {};

const mergeSources = (sources: readonly YamlSource[]): Mapping =>
  sources.reduce<Mapping>((merged, { data }) => {
    const next = layOver(merged, data ?? undefined);
    return isMapping(next) ? next : merged;
  }, {});
