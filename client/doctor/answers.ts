import type { KubernetesEnvironment } from '../../config/cluster-config.ts';
import { askVersion } from '../../k8s/target/answers.ts';
import type { servedArms } from '../../k8s/target/served-arms.ts';
import { ok, problem } from './finding.ts';
import type { Found } from './finding.ts';

/**
 * Whether the model answers at the environment's `baseUrl` under its version: an undo asks there until the old one is
 * back. Null where nothing is served yet.
 */
export async function judgeAnswers(
  { baseUrl, headers }: Pick<KubernetesEnvironment, 'baseUrl' | 'headers'>,
  served: Awaited<ReturnType<typeof servedArms>>,
): Promise<Found | null> {
  const stable = served.find(({ track }) => track === 'stable')?.arm;
  if (stable === undefined) return null;
  const { healthPath, versionHeader } = stable.serve;
  const url = new URL(healthPath, baseUrl).href;
  const { version, words } = await askVersion({ baseUrl, headers }, stable.serve);
  if (version === null)
    return problem(
      `GET ${url} ${words}`,
      `See that \`baseUrl\` and \`headers\` of the environment lead to the model, and that the server names $MODEL_VERSION in the header ${versionHeader}: an undo is proven by it.`,
    );
  if (!served.some(({ arm }) => arm.version === version))
    return problem(
      `GET ${url} ${words}, which is not served here`,
      `See that \`baseUrl\` and \`headers\` of the environment lead to its own model, which serves version ${stable.version}.`,
    );
  return ok(`version ${version} at ${url}`);
}
