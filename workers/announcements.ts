import type { Client } from '@temporalio/client';
import { createAnnounceActivities } from '../activities/announce/index.ts';
import { createForgeActivities } from '../activities/forge/open-revert.ts';
import { evaluatedMetrics } from '../activities/registry/judge-candidate.ts';
import { workflowPage } from '../client/temporal-ui.ts';
import type { ServerConfig } from '../config/server-config.ts';
import { LonghaulError } from '../core/errors.ts';
import type { ModelRegistry } from '../core/ports/model-registry.ts';
import type { ReleaseRecord } from '../core/release.ts';
import type { AnnounceActivities } from '../activities/contracts.ts';
import type { Dependencies } from './dependencies.ts';

/** What announcers tell, with the surroundings that the operator's file gives them. */
export function announceActivities(parts: Dependencies & { readonly client: Client }): AnnounceActivities {
  const { client, config, forge, notifier, registry, serving, store, workspace } = parts;
  return createAnnounceActivities({
    ...{ client, store, registry, forge, notifier },
    ...{ mirrors: workspace.mirrors, web: webOf(config) },
    ...createForgeActivities({ ...workspace, forge, projects: () => serving().projects }),
    detailsUrl: (id) => pageOf(config, id),
    urls: () => environmentUrls(config),
    addressees: (environment) => addressees(serving(), environment),
    championMetrics: (record) => championMetrics(registry, record),
  });
}

/** Whether anybody is told of anything. */
export const announces = ({ forge, notifier }: Pick<Dependencies, 'forge' | 'notifier'>): boolean =>
  forge !== null || notifier !== null;

const pageOf = ({ temporal: { ui, namespace } }: ServerConfig, id: string): string | null =>
  ui === undefined ? null : workflowPage(ui, namespace, id);

/** GitHub's pages are at `github.com`, those of an Enterprise Server where its API is. */
const webOf = ({ github }: ServerConfig): string | undefined =>
  github === undefined ? undefined : new URL(github.apiUrl).origin.replace('://api.', '://');

const environmentUrls = ({ environments }: ServerConfig): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(environments).map(([name, environment]) => [
      name,
      environment.target === 'local' ? `http://127.0.0.1:${environment.port}` : environment.baseUrl,
    ]),
  );

/** Slack's ids by name: of each person, and of the people of each role in the environment. */
function addressees(
  { environments, people }: ServerConfig,
  environment: string | undefined,
): Readonly<Record<string, readonly string[]>> {
  const idsOf = (names: readonly string[]): readonly string[] =>
    names.flatMap((name) => people[name]?.slack ?? []);
  const roles = environment === undefined ? {} : (environments[environment]?.approvers ?? {});
  return Object.fromEntries([
    ...Object.keys(people).map((name) => [name, idsOf([name])] as const),
    ...Object.entries(roles).map(([role, names]) => [role, idsOf(names)] as const),
  ]);
}

/** Of the champion that the evidence compares with; people hear of the question although MLflow is away. */
async function championMetrics(
  registry: ModelRegistry,
  { evidence, model }: ReleaseRecord,
): Promise<Readonly<Record<string, number>> | null> {
  const version = evidence?.championVersion ?? null;
  if (version === null) return null;
  try {
    return await evaluatedMetrics(registry, await registry.describe(model, version));
  } catch (error) {
    if (error instanceof LonghaulError) return null;
    throw error;
  }
}
