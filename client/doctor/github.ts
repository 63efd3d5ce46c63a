import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';
import { RequestError } from '@octokit/request-error';
import type { GithubConfig } from '../../config/front-door-config.ts';
import { frontDoorSecrets } from '../../config/front-door-secrets.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { createSecrets } from '../../local/secrets.ts';
import { ok, problem, problemOf, warning } from './finding.ts';
import type { Check, Finding, Found } from './finding.ts';

/** What an App is asked for, by GitHub's names: docs/github.md says why. */
export const neededPermissions: Readonly<Record<string, 'read' | 'write'>> = {
  checks: 'write',
  contents: 'read',
  deployments: 'write',
  issues: 'write',
  metadata: 'read',
  pull_requests: 'write',
};

/** Events that the App has to subscribe to. */
export const neededEvents = ['check_run', 'check_suite', 'issue_comment', 'pull_request', 'push'] as const;

/** GitHub, where the operator's file has it: the credentials, what they may do, and each repository by them. */
export const githubChecks = (config: ServerConfig): readonly Check[] => {
  const { github } = config;
  if (github === undefined) return [];
  return [{ area: 'connections', name: 'GitHub', look: () => lookAtGithub(config, github) }];
};

async function lookAtGithub(config: ServerConfig, github: GithubConfig): Promise<readonly Finding[]> {
  const secrets = createSecrets({ sources: frontDoorSecrets(config) });
  const valueOf = async (name: string): Promise<string> => (await secrets.resolve([name]))[name] ?? '';
  const { apiUrl, app } = github;
  const settings = { baseUrl: apiUrl.replace(/\/+$/, ''), userAgent: 'longhaul-doctor', log: quiet };
  const finding = (name: string, found: Found): Finding => ({ area: 'connections', name, ...found });
  const projects = Object.keys(config.projects).filter((name) => !isLocal(config.projects[name]?.url ?? ''));
  const each = (look: (project: string) => Promise<Found>): Promise<readonly Finding[]> =>
    Promise.all(
      projects.map(async (project) =>
        finding(
          `${project} on GitHub`,
          await look(project).catch((error: unknown) => foundOf(error, apiUrl)),
        ),
      ),
    );

  try {
    if (app === undefined) {
      const octokit = new Octokit({ ...settings, auth: await valueOf('github.token') });
      const { data } = await octokit.request('GET /user');
      return [
        finding('GitHub', ok(`a token of ${data.login} at ${apiUrl}: commit statuses, no check runs`)),
        ...(await each((project) => repositoryByToken(octokit, project))),
      ];
    }
    const auth = { appId: app.id, privateKey: await valueOf('github.app.privateKey') };
    const octokit = new Octokit({ ...settings, authStrategy: createAppAuth, auth });
    const { data } = await octokit.request('GET /app');
    if (data === null) return [finding('GitHub', problem(`${apiUrl} knows no such App`, credentialsMend))];
    const shown = { name: data.slug ?? String(data.id), page: data.html_url };
    return [
      finding('GitHub', judgeApp(shown, data.permissions, data.events, apiUrl)),
      finding('webhook of the App', await webhookFound(octokit, config)),
      ...(await each((project) => repositoryByApp(octokit, project, shown.page))),
    ];
  } catch (error) {
    return [finding('GitHub', foundOf(error, apiUrl))];
  }
}

/** Whether an App may do what it is asked for, and hears what starts work. */
export function judgeApp(
  app: { readonly name: string; readonly page: string },
  permissions: Readonly<Record<string, string | undefined>>,
  events: readonly string[],
  apiUrl: string,
): Found {
  const lacking = lackingPermissions(permissions);
  const deaf = neededEvents.filter((event) => !events.includes(event));
  if (lacking.length === 0 && deaf.length === 0) return ok(`the App ${app.name} at ${apiUrl}`);
  const lacks = [
    ...(lacking.length === 0 ? [] : [`lacks the permissions ${lacking.join(', ')}`]),
    ...(deaf.length === 0 ? [] : [`does not hear of ${deaf.join(', ')}`]),
  ];
  return problem(
    `the App ${app.name} ${lacks.join(' and ')}`,
    `Give them under “Permissions & events” of its settings, and accept them where it is installed: ${app.page}`,
  );
}

const lackingPermissions = (given: Readonly<Record<string, string | undefined>>): readonly string[] =>
  Object.entries(neededPermissions)
    .filter(([name, level]) => given[name] !== 'write' && given[name] !== 'admin' && given[name] !== level)
    .map(([name, level]) => `${name}: ${level}`);

/** Where GitHub sends the App's webhooks, and that it sends them as JSON, which is what is read. */
async function webhookFound(octokit: Octokit, { webhooks }: ServerConfig): Promise<Found> {
  const { data } = await octokit.request('GET /app/hook/config');
  const { content_type: type, url = '' } = data;
  const mend = (what: string): string => `Set ${what} under “Webhook” of the App’s settings.`;
  if (url === '') return warning('it has none, so nothing starts by itself', mend('its URL'));
  if (type !== 'json') return problem(`${url} is sent a form`, mend('the content type application/json'));
  const { publicUrl } = webhooks ?? {};
  const expected =
    publicUrl === undefined ? url : new URL('github', `${publicUrl.replace(/\/+$/, '')}/`).href;
  return url === expected
    ? ok(`goes to ${url}`)
    : warning(`goes to ${url}, and webhooks.publicUrl says ${expected}`, mend(`the URL ${expected}`));
}

async function repositoryByApp(octokit: Octokit, project: string, page: string): Promise<Found> {
  const [owner = '', repo = ''] = project.split('/');
  try {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/installation', { owner, repo });
    if (data.suspended_at !== null)
      return problem('the App is suspended there', `Take it up again: ${data.html_url}`);
    const lacking = lackingPermissions(data.permissions);
    if (lacking.length === 0) return ok('the App is installed');
    return problem(
      `the App’s installation lacks the permissions ${lacking.join(', ')}`,
      `Accept the App’s new permissions: ${data.html_url}`,
    );
  } catch (error) {
    if (!(error instanceof RequestError) || error.status !== 404) throw error;
    return problem(
      'the App is not installed there, or GitHub has no such repository',
      `Install it: ${page}/installations/new`,
    );
  }
}

async function repositoryByToken(octokit: Octokit, project: string): Promise<Found> {
  const [owner = '', repo = ''] = project.split('/');
  try {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}', { owner, repo });
    return data.permissions?.push === true
      ? ok('the token may write')
      : problem('the token may only read', 'Give its owner the role Write on the repository.');
  } catch (error) {
    if (!(error instanceof RequestError) || error.status !== 404) throw error;
    return problem(
      'GitHub has no such repository, or the token may not see it',
      'Give the token access to it: `repo`, or for a fine-grained one the repository itself.',
    );
  }
}

const credentialsMend =
  'Check `github.app` (id, privateKey) or `github.token` of the operator’s file, and this machine’s clock.';

function foundOf(error: unknown, apiUrl: string): Found {
  if (!(error instanceof RequestError)) return problemOf(error, credentialsMend);
  if (error.response === undefined)
    return problem(`${apiUrl} does not answer (${error.message})`, 'Check the network, and `github.apiUrl`.');
  const said = `${apiUrl} answers ${error.status}: ${error.message}`;
  return error.status === 401 || error.status === 403
    ? problem(said, credentialsMend)
    : problem(said, 'Check `github.apiUrl`; see githubstatus.com.');
}

/** A repository on this machine is on no GitHub. */
const isLocal = (url: string): boolean => url.startsWith('file:') || url.startsWith('/');

const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // What goes wrong is a finding.
}
