/** What a release to a cluster needs, beyond the form of the files. */
import { armVariableNames } from '../core/arm-variables.ts';
import { fillVariables } from '../core/variables.ts';
import type { ReleasePlan } from '../core/release.ts';
import type { DeploymentSettings } from './deployment-config.ts';
import { isMapping } from './overlays.ts';
import type { KeyPath, Problem } from './problem.ts';
import type { ReleaseConfig } from './release-config.ts';
import { valueAt } from './schema-problems.ts';
import type { ServerConfig } from './server-config.ts';
import { nearest } from './suggest.ts';
import type { YamlSource } from './yaml-source.ts';

/** Problems with `release.serve.container`: none where a cluster wants one, and unknown variables in its image. */
export function checkContainer(source: YamlSource, server: ServerConfig | undefined): readonly Problem[] {
  const serve = valueAt(source.data, ['release', 'serve']);
  if (!isMapping(serve)) return [];
  const clusters = ['staging', 'production'].filter(
    (name) => server?.environments[name]?.target === 'kubernetes',
  );
  if (serve['container'] === undefined) {
    if (clusters.length === 0) return [];
    const message = `has no \`container\`, but the operator’s file has ${clusters.join(' and ')} on a cluster`;
    return [
      source.keyProblem(['release', 'serve'], message, 'add `container: { image: … }`, the server’s image'),
    ];
  }
  const place: KeyPath = ['release', 'serve', 'container', 'image'];
  const image = valueAt(source.data, place);
  const known = Object.fromEntries(armVariableNames.map((name) => [name, '']));
  return fillVariables(typeof image === 'string' ? image : '', known).unfilled.map(({ name }) => {
    const meant = nearest(name, armVariableNames);
    const hint =
      meant === undefined
        ? `the variables are ${armVariableNames.join(', ')}`
        : `did you mean \`\${${meant}}\`?`;
    return source.problem(place, `\`\${${name}}\` is not a variable of an image`, hint);
  });
}

/** Problems with secrets of the server that the operator's file has nowhere on the cluster; own manifests name theirs. */
export function checkClusterSecrets(
  { serve, staging, production }: ReleasePlan,
  server: ServerConfig | undefined,
  source: YamlSource,
): readonly Problem[] {
  return [staging, production].flatMap(({ name, deployment }) => {
    const environment = server?.environments[name];
    if (environment?.target !== 'kubernetes' || deployment?.manifests !== undefined) return [];
    return serve.secrets
      .filter((secret) => !Object.hasOwn(environment.secrets, secret))
      .map((secret) =>
        source.problem(
          ['release', 'serve', 'secrets'],
          `the operator’s file does not say where the secret \`${secret}\` is on the cluster of ${name}`,
          `it has to be added there: environments.${name}.secrets.${secret}: { secret: …, key: … }`,
        ),
      );
  });
}

/** Problems with `deployment` of an environment on a cluster, after its files were laid over each other. */
export function checkDeployment(
  { resources, autoscaling, manifests }: DeploymentSettings,
  sources: readonly YamlSource[],
): readonly Problem[] {
  const wrong = (path: KeyPath, message: string, hint: string): Problem | null =>
    stating(['deployment', ...path], sources)?.problem(['deployment', ...path], message, hint) ?? null;
  const { min, max } = autoscaling ?? {};
  const memory = resources?.memory;
  return [
    memory !== undefined && !/^\d+(\.\d+)?([KMGTP]i|[kMGTP])?$/.test(memory)
      ? wrong(
          ['resources', 'memory'],
          `is ${JSON.stringify(memory)}`,
          'give it as Kubernetes writes it, such as `16Gi`',
        )
      : null,
    autoscaling !== undefined && manifests !== undefined
      ? wrong(
          ['autoscaling'],
          'is beside `manifests`, which say all of it',
          'put an autoscaler into the folder',
        )
      : null,
    autoscaling !== undefined && (min === undefined || max === undefined)
      ? wrong(['autoscaling'], `has no \`${min === undefined ? 'min' : 'max'}\``, 'say between which numbers')
      : null,
    min !== undefined && max !== undefined && min > max
      ? wrong(['autoscaling', 'min'], `is ${min}, more than \`max\`, ${max}`, 'give a smaller one')
      : null,
    autoscaling !== undefined && resources?.cpu === undefined
      ? wrong(
          ['autoscaling'],
          'goes by the share of `resources.cpu`, which is missing',
          'add it, such as `cpu: 500m`',
        )
      : null,
  ].filter((problem) => problem !== null);
}

/** Problems with how a candidate takes over: on one machine there are no colours to switch between. */
export function checkStrategy(
  { strategy }: ReleaseConfig,
  server: ServerConfig | undefined,
  sources: readonly YamlSource[],
): readonly Problem[] {
  const path = ['release', 'strategy'];
  const target = server?.environments['production']?.target;
  if (strategy === 'canary' || target !== 'local') return [];
  const problem = stating(path, sources)?.problem(
    path,
    'is blueGreen, but the operator’s file has production on one machine',
    'leave it out, or let production be on a cluster',
  );
  return problem === undefined ? [] : [problem];
}

/** What is valid and has no effect, which people should know. */
export function notesOnStrategy(
  { strategy }: ReleaseConfig,
  sources: readonly YamlSource[],
): readonly Problem[] {
  const path = strategy === 'blueGreen' ? ['release', 'canary', 'weights'] : ['release', 'blueGreen'];
  const because = strategy === 'blueGreen' ? 'blueGreen moves all traffic at once' : 'the strategy is canary';
  const source = stating(path, sources);
  return source === undefined
    ? []
    : [source.keyProblem(path, `has no effect: ${because}`, 'leave it out, or change `release.strategy`')];
}

/** The last file that says something at `path`. */
const stating = (path: KeyPath, sources: readonly YamlSource[]): YamlSource | undefined =>
  sources.findLast(({ data }) => valueAt(data, path) !== undefined);
