/** Answers as GitHub's: its own examples, with what the fake holds laid over them. */
import { example } from './description.ts';
import type { Json } from './description.ts';
import { digits } from './state.ts';
import type {
  FakeCheckRun,
  FakeComment,
  FakeDeployment,
  FakeDeploymentStatus,
  FakePullRequest,
  FakeReaction,
  FakeRepository,
  FakeStatus,
} from './state.ts';
import type { World } from './world.ts';

export const user = (login: string): Json => ({
  ...example('simple-user'),
  login,
  id: parseInt(digits(login).slice(0, 8), 16),
  type: login.endsWith('[bot]') ? 'Bot' : 'User',
});

const urlOf = (world: World, repository: FakeRepository): string =>
  `${world.url}/repos/${repository.fullName}`;
const pageOf = (repository: FakeRepository): string => `https://github.com/${repository.fullName}`;

/** A repository as it is told beside others. */
const minimalRepository = (world: World, repository: FakeRepository): Json => ({
  ...example('minimal-repository'),
  id: repository.id,
  name: repository.name,
  full_name: repository.fullName,
  owner: user(repository.owner),
  url: urlOf(world, repository),
  html_url: pageOf(repository),
});

export function fullRepository(world: World, repository: FakeRepository): Json {
  const { organization, parent, source, template_repository, ...shown } = example(
    'full-repository-default-response',
  );
  return {
    ...shown,
    ...minimalRepository(world, repository),
    ...{ license: null, language: 'Python', security_and_analysis: null },
    default_branch: repository.defaultBranch,
    permissions: { admin: false, push: true, pull: true },
  };
}

export function integration({ app }: World): Json {
  const { client_id, client_secret, webhook_secret, pem, ...shown } = example('integration');
  return {
    ...shown,
    id: app.id,
    slug: app.slug,
    name: 'Longhaul',
    permissions: app.permissions,
    events: app.events,
  };
}

export const installation = (world: World, account: string): Json => ({
  ...example('installation'),
  id: world.app.installation,
  app_id: world.app.id,
  app_slug: world.app.slug,
  account: user(account),
  permissions: world.app.permissions,
  events: world.app.events,
  suspended_at: null,
  suspended_by: null,
});

function branchOf(repository: FakeRepository, head: FakePullRequest, which: 'head' | 'base'): Json {
  const shown = example('pull-request')[which] as Json;
  const isHead = which === 'head';
  const project = isHead ? head.headProject : repository.fullName;
  const [owner = '', name = ''] = (project ?? '').split('/');
  const { parent, source, organization, template_repository, ...base } = shown['repo'] as Json;
  return {
    ...shown,
    label: `${owner}:${isHead ? head.branch : head.base}`,
    ref: isHead ? head.branch : head.base,
    sha: isHead ? head.commit : head.baseCommit,
    user: project === null ? null : user(owner),
    repo:
      project === null
        ? null
        : {
            ...base,
            ...{ name, full_name: project, owner: user(owner), default_branch: repository.defaultBranch },
            ...(isHead && project !== repository.fullName ? { fork: true } : { id: repository.id }),
          },
  };
}

function ofPullRequest(world: World, repository: FakeRepository, one: FakePullRequest): Json {
  const { title, body, number, draft, state, merged } = one;
  return {
    ...{ number, title, body, draft, state },
    id: repository.id * 1_000 + number,
    url: `${urlOf(world, repository)}/pulls/${number}`,
    html_url: `${pageOf(repository)}/pull/${number}`,
    user: user(one.author),
    author_association: one.association,
    head: branchOf(repository, one, 'head'),
    base: branchOf(repository, one, 'base'),
    merged_at: merged ? new Date().toISOString() : null,
    requested_teams: [],
  };
}

export const pullRequest = (world: World, repository: FakeRepository, one: FakePullRequest): Json => ({
  ...example('pull-request'),
  ...ofPullRequest(world, repository, one),
  merged: one.merged,
  merged_by: one.merged ? user(one.author) : null,
  commits: 1,
  changed_files: one.files.length,
});

export const pullRequestSimple = (world: World, repository: FakeRepository, one: FakePullRequest): Json => ({
  ...example('pull-request-simple-items'),
  ...ofPullRequest(world, repository, one),
});

export function diffEntry(file: string): Json {
  const [before = '', now] = file.split(' => ');
  return {
    ...example('diff-entry-items'),
    filename: now ?? before,
    ...(now === undefined ? { status: 'modified' } : { status: 'renamed', previous_filename: before }),
  };
}

export function commit(sha: string, author: string | null): Json {
  const { files, ...shown } = example('commit');
  return { ...shown, sha, author: author === null ? null : user(author) };
}

export const comment = (world: World, repository: FakeRepository, one: FakeComment): Json => ({
  ...example('issue-comment'),
  id: one.id,
  url: `${urlOf(world, repository)}/issues/comments/${one.id}`,
  html_url: `${pageOf(repository)}/pull/${one.issue}#issuecomment-${one.id}`,
  issue_url: `${urlOf(world, repository)}/issues/${one.issue}`,
  body: one.body,
  user: user(one.author),
  created_at: one.createdAt,
  updated_at: one.updatedAt,
  author_association: 'MEMBER',
  performed_via_github_app: one.byApp ? integration(world) : null,
});

export const reaction = ({ id, by, content }: FakeReaction): Json => ({
  ...example('reaction'),
  ...{ id, content, user: user(by) },
});

export function checkRun(world: World, repository: FakeRepository, one: FakeCheckRun): Json {
  const { annotations, title, summary, ...told } = one;
  const url = `${urlOf(world, repository)}/check-runs/${one.id}`;
  return {
    ...example('check-run'),
    ...told,
    url,
    html_url: `${pageOf(repository)}/runs/${one.id}`,
    output: {
      ...{ title, summary, text: null },
      annotations_count: annotations.length,
      annotations_url: `${url}/annotations`,
    },
    app: integration(world),
    pull_requests: [],
  };
}

export const status = (one: FakeStatus): Json => ({
  ...example('status'),
  ...{ id: one.id, state: one.state, context: one.context, description: one.description },
  ...{ target_url: one.target_url, creator: user(one.creator) },
  ...{ created_at: one.createdAt, updated_at: one.createdAt },
});

export const deployment = (world: World, repository: FakeRepository, one: FakeDeployment): Json => ({
  ...example('deployment'),
  ...{ id: one.id, sha: one.sha, ref: one.sha, task: 'deploy', payload: one.payload },
  ...{ environment: one.environment, original_environment: one.environment, description: one.description },
  ...{ production_environment: one.production, created_at: one.createdAt, updated_at: one.createdAt },
  url: `${urlOf(world, repository)}/deployments/${one.id}`,
  statuses_url: `${urlOf(world, repository)}/deployments/${one.id}/statuses`,
});

export function deploymentStatus(
  world: World,
  repository: FakeRepository,
  { id, environment }: FakeDeployment,
  one: FakeDeploymentStatus,
): Json {
  const { target_url, environment_url, log_url, ...shown } = example('deployment-status');
  const url = `${urlOf(world, repository)}/deployments/${id}`;
  return {
    ...shown,
    ...{ id: one.id, state: one.state, description: one.description, environment },
    ...{ target_url: one.log_url, log_url: one.log_url, environment_url: one.environment_url },
    ...{ created_at: one.createdAt, updated_at: one.createdAt },
    ...{ url: `${url}/statuses/${one.id}`, deployment_url: url, repository_url: urlOf(world, repository) },
  };
}
