import type { ForgeDeployment } from '../../core/ports/forge.ts';
import { fittedLine } from './fitted.ts';
import { ownerAndRepo } from './github-access.ts';
import type { GithubClient } from './github-client.ts';

/** Shows a release in an environment as GitHub's deployment of its commit, found again by the key in its payload. */
export async function putDeployment(client: GithubClient, deployment: ForgeDeployment): Promise<void> {
  const id = (await standing(client, deployment)) ?? (await create(client, deployment));
  const { description, logUrl, project, state, url } = deployment;
  const wanted = {
    state: states[state],
    description: fittedLine(description, 140),
    ...(url === undefined ? {} : { environment_url: url }),
    ...(logUrl === undefined ? {} : { log_url: logUrl }),
  };
  const of = { ...ownerAndRepo(project), deployment_id: id };
  const { data } = await client.rest.repos.listDeploymentStatuses({ ...of, per_page: 1 });
  const newest = data[0];
  const same =
    newest?.state === wanted.state &&
    newest.description === wanted.description &&
    (url === undefined || newest.environment_url === url) &&
    (logUrl === undefined || newest.log_url === logUrl);
  if (!same) await client.rest.repos.createDeploymentStatus({ ...of, ...wanted });
}

const states = {
  queued: 'queued',
  inProgress: 'in_progress',
  success: 'success',
  failure: 'failure',
  inactive: 'inactive',
} as const;

async function standing(
  client: GithubClient,
  { commit, environment, key, project }: ForgeDeployment,
): Promise<number | undefined> {
  const all = await client.paginate(client.rest.repos.listDeployments, {
    ...ownerAndRepo(project),
    sha: commit,
    environment,
    per_page: 100,
  });
  const ours = all.filter(({ payload }) => keyIn(payload) === key);
  return ours.map(({ id }) => Number(id)).sort((a, b) => a - b)[0];
}

/** GitHub gives an object back as an object, and as text where an old one was text. */
function keyIn(payload: unknown): unknown {
  return payload !== null && typeof payload === 'object' && 'longhaul' in payload
    ? payload.longhaul
    : undefined;
}

/** Longhaul has made its own checks and never merges: GitHub is told to do neither. */
async function create(client: GithubClient, deployment: ForgeDeployment): Promise<number> {
  const { commit, description, environment, key, production, project } = deployment;
  const { data } = await client.rest.repos.createDeployment({
    ...ownerAndRepo(project),
    ref: commit,
    environment,
    description: fittedLine(description, 140),
    payload: { longhaul: key },
    production_environment: production,
    auto_merge: false,
    required_contexts: [],
  });
  if ('id' in data) return Number(data.id);
  throw new Error(`GitHub made no deployment of ${commit} to ${environment}: ${data.message ?? ''}`);
}
