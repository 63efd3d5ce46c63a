import { deployment, deploymentStatus } from '../likeness.ts';
import type { FakeDeployment } from '../state.ts';
import { invalid, notFound, page } from '../world.ts';
import type { Answer, Call, Routes } from '../world.ts';

export const deploymentRoutes: Routes = {
  'repos/list-deployments': {
    needs: ['deployments', 'read'],
    answer: (call) => {
      const { world, repository, query } = call;
      const all = repository.deployments
        .filter(({ sha }) => query['sha'] === undefined || sha === query['sha'])
        .filter(({ sha }) => query['ref'] === undefined || sha === query['ref'])
        .filter(
          ({ environment }) => query['environment'] === undefined || environment === query['environment'],
        )
        .toReversed();
      return page(
        call,
        all.map((one) => deployment(world, repository, one)),
      );
    },
  },
  'repos/create-deployment': { needs: ['deployments', 'write'], answer: create },
  'repos/list-deployment-statuses': {
    needs: ['deployments', 'read'],
    answer: (call) => {
      const { world, repository } = call;
      const found = deploymentOf(call);
      if (found === undefined) return notFound;
      const newestFirst = found.statuses.toReversed();
      return page(
        call,
        newestFirst.map((one) => deploymentStatus(world, repository, found, one)),
      );
    },
  },
  'repos/create-deployment-status': { needs: ['deployments', 'write'], answer: createStatus },
};

const deploymentOf = ({ repository, params }: Call): FakeDeployment | undefined =>
  repository.deployments.find(({ id }) => id === Number(params['deployment_id']));

function create(call: Call): Answer {
  const { world, repository, body } = call;
  const given = body as {
    readonly ref: string;
    readonly environment?: string;
    readonly description?: string | null;
    readonly payload?: unknown;
    readonly auto_merge?: boolean;
    readonly required_contexts?: readonly string[];
    readonly production_environment?: boolean;
  };
  const checks = repository.statuses.some(({ sha, state }) => sha === given.ref && state !== 'success');
  if (given.required_contexts === undefined && checks) {
    return { status: 409, body: { message: 'Conflict: Commit status checks failed.' } };
  }
  const environment = given.environment ?? 'production';
  const made: FakeDeployment = {
    ...{ id: world.ids.next(), sha: given.ref, environment, description: given.description ?? '' },
    ...{
      payload: given.payload ?? '',
      production: given.production_environment ?? environment === 'production',
    },
    ...{ createdAt: new Date().toISOString(), statuses: [] },
  };
  repository.deployments.push(made);
  return { status: 201, body: deployment(world, repository, made) };
}

function createStatus(call: Call): Answer {
  const { world, repository, body } = call;
  const found = deploymentOf(call);
  if (found === undefined) return notFound;
  const {
    state,
    description = '',
    environment_url = '',
    log_url = '',
  } = body as {
    readonly state: string;
    readonly description?: string;
    readonly environment_url?: string;
    readonly log_url?: string;
  };
  if (description.length > 140) {
    return invalid('DeploymentStatus', 'description', 'description is too long (maximum is 140 characters)');
  }
  const made = {
    ...{ id: world.ids.next(), state, description, environment_url, log_url },
    createdAt: new Date().toISOString(),
  };
  found.statuses.push(made);
  return { status: 201, body: deploymentStatus(world, repository, found, made) };
}
