import { LonghaulError } from '../../core/errors.ts';
import type { Forge } from '../../core/ports/forge.ts';
import { putCheckRun } from './check-runs.ts';
import { putComment, react, readComment } from './comments.ts';
import { putStatus } from './commit-statuses.ts';
import { failedDeliveries, redeliver } from './deliveries.ts';
import { putDeployment } from './deployments.ts';
import { createAccess } from './github-access.ts';
import type { GithubCredentials } from './github-access.ts';
import { createTurns } from './turns.ts';
import { authorOf, permissionOf } from './people.ts';
import { changedFiles, openPullRequest, pullRequestsOf, readPullRequest } from './pull-requests.ts';

/**
 * GitHub as the forge: by an App, whose token for a repository is kept as long as it holds, or by a plain token, which
 * may write commit statuses instead of check runs. A request is sent once and never waits for a limit: `retryAfterMs`
 * of the error says how long the activity is to wait. Writes of this process to one thing take turns; those of
 * another process are found and settled.
 * @param deps.credentials asked at each call, so that a key may be changed while a worker runs
 * @param deps.timeoutMs of one request; 20 s when absent
 */
export function createGithubForge(deps: {
  readonly apiUrl: string;
  readonly credentials: () => Promise<GithubCredentials>;
  readonly timeoutMs?: number;
  readonly now?: () => number;
}): Forge {
  const { apiUrl, credentials, now = Date.now, timeoutMs = 20_000 } = deps;
  const access = createAccess(credentials, { apiUrl, timeoutMs, now });
  const on = async (project: string) => (await access()).on(project);
  const inTurn = createTurns();
  return {
    pullRequest: async (ref) => readPullRequest(await on(ref.project), ref),
    changedFiles: async (ref) => changedFiles(await on(ref.project), ref),
    pullRequestsOf: async (project, commit) => pullRequestsOf(await on(project), project, commit),
    permission: async (project, login) => permissionOf(await on(project), project, login),
    authorOf: async (project, commit) => authorOf(await on(project), project, commit),
    putCheck: (check) =>
      inTurn(`check ${check.key}`, async () => {
        const { app, on } = await access();
        const client = await on(check.project);
        return app === null ? putStatus(client, check) : putCheckRun(client, app.id, check);
      }),
    putComment: (ref, marker, body) =>
      inTurn(`comment ${ref.project} ${ref.number} ${marker}`, async () => {
        const { login, on } = await access();
        return putComment(await on(ref.project), ref, { marker, body, login: await login() });
      }),
    comment: async (project, comment) => readComment(await on(project), project, comment),
    react: async (project, comment, content) => react(await on(project), project, comment, content),
    putDeployment: (deployment) =>
      inTurn(`deployment ${deployment.key}`, async () =>
        putDeployment(await on(deployment.project), deployment),
      ),
    openPullRequest: (input) =>
      inTurn(`pull request ${input.project} ${input.branch}`, async () =>
        openPullRequest(await on(input.project), input),
      ),
    failedDeliveries: async (since) => {
      const { app } = await access();
      return app === null ? null : failedDeliveries(app.client, since);
    },
    redeliver: async (id) => {
      const { app } = await access();
      if (app === null)
        throw new LonghaulError('NotPermitted', 'A plain token cannot ask for deliveries again.', {
          mend: 'Connect GitHub by an App: docs/github.md.',
        });
      await redeliver(app.client, id);
    },
  };
}
