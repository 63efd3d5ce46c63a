import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGithub } from '../../support/github/index.ts';
import type { FakeGithub } from '../../support/github/index.ts';
import type { FakeRepository } from '../../support/github/state.ts';
import { commit, deployment, forgeByApp, forgeByToken, project, running } from './forge-site.ts';

let github: FakeGithub;
let flights: FakeRepository;
beforeEach(async () => {
  github = await startGithub({ repositories: [project] });
  flights = github.repository(project);
});
afterEach(() => github.stop());

const states = (): readonly (readonly string[])[] =>
  flights.deployments.map(({ statuses }) => statuses.map(({ state }) => state));

test.each([
  ['an App', forgeByApp],
  ['a token', forgeByToken],
])(
  'by %s, a release in an environment is one deployment, and a status is added when it differs',
  async (_, by) => {
    const forge = by(github);
    await forge.putDeployment(deployment);
    await forge.putDeployment(deployment);
    await forge.putDeployment({ ...deployment, state: 'success', description: 'Released' });
    await forge.putDeployment({ ...deployment, key: 'release/flights/c0ffee-2#production' });
    await forge.putDeployment({ ...deployment, state: 'inactive', description: 'Rolled back' });
    expect(states()).toEqual([['in_progress', 'success', 'inactive'], ['in_progress']]);
    expect(flights.deployments[0]).toMatchObject({
      ...{ sha: commit, environment: 'production', production: true },
      payload: { longhaul: deployment.key },
      statuses: [
        {
          ...{ environment_url: deployment.url, log_url: deployment.logUrl },
          description: 'Canary at 20 %',
        },
        {},
        {},
      ],
    });
  },
);

test('checks of the commit that have not passed are no matter of the deployment', async () => {
  await forgeByToken(github).putCheck(running);
  await forgeByToken(github).putDeployment(deployment);
  expect(flights.deployments).toHaveLength(1);
});

test('a lost answer repeats nothing: neither the deployment nor its status', async () => {
  const forge = forgeByApp(github);
  const put = () => forge.putDeployment(deployment);
  for (const operation of ['repos/create-deployment', 'repos/create-deployment-status']) {
    github.fail({ operation, how: 'lost' });
    await expect(put()).rejects.toMatchObject({ type: 'Unreachable' });
  }
  await Promise.all([put(), put()]);
  expect(states()).toEqual([['in_progress']]);
});
