/** Whose answer a comment on GitHub or a press in Slack is, against GitHub's API as GitHub describes it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addressesInMirror } from '../../activities/approvals/authors.ts';
import { createApprovalActivities } from '../../activities/approvals/index.ts';
import type { ApprovalDependencies } from '../../activities/approvals/index.ts';
import type { WeighInput, Weighed } from '../../activities/contracts.ts';
import { createGithubForge } from '../../activities/forge/index.ts';
import { serverConfigSchema } from '../../config/server-config.ts';
import { makeMark } from '../../local/slack-mark.ts';
import { startGithub } from '../support/github/index.ts';
import type { FakeGithub } from '../support/github/index.ts';

const project = 'octo/flights';
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

const operator = serverConfigSchema.parse({
  version: 1,
  people: {
    ann: { github: 'Ann', emails: ['ann@example.org'] },
    bob: { slack: 'U0BOB', emails: ['bob@example.org'] },
  },
  environments: { production: { target: 'local', port: 8102, approvers: { managers: ['ann', 'bob'] } } },
});

let github: FakeGithub;
let folder: string;
let commit: string;
let deps: ApprovalDependencies;

/** A repository with one commit, by Cid, whom Bob has helped. */
function makeRepository(): string {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-authors-'));
  const git = (...args: readonly string[]): string =>
    execFileSync(
      'git',
      ['-C', folder, '-c', 'user.name=Cid', '-c', 'user.email=7+cid@users.noreply.github.com', ...args],
      {
        encoding: 'utf8',
      },
    ).trim();
  git('init', '--quiet');
  git(
    'commit',
    '--quiet',
    '--allow-empty',
    '-m',
    'Better features\n\nCo-authored-by: Bob B <bob@example.org>',
  );
  return git('rev-parse', 'HEAD');
}

beforeAll(async () => {
  commit = makeRepository();
  github = await startGithub({ repositories: [project] });
  const repository = github.repository(project);
  repository.openPullRequest({ author: 'dan', commit });
  repository.openPullRequest({ author: 'eve' });
  repository.authors.set(commit, 'cid');
  for (const [login, role] of [
    ['ann', 'read'],
    ['cid', 'write'],
    ['fay', 'triage'],
  ] as const)
    repository.roles.set(login, role);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await github.stop();
});
beforeEach(() => {
  const { token, url } = github;
  deps = {
    config: () => operator,
    forge: createGithubForge({ apiUrl: url, credentials: () => Promise.resolve({ kind: 'token', token }) }),
    signingSecret: () => Promise.resolve('secret'),
    addressesOf: addressesInMirror({ withCommit: () => Promise.resolve(join(folder, '.git')) }),
  };
});

/** Weighs a comment that is written now, about evidence that was sealed an hour ago. */
async function weigh(author: string, body: string, change: Partial<WeighInput> = {}): Promise<Weighed> {
  const repository = github.repository(project);
  const comment = repository.comment({ issue: 1, author, body });
  return createApprovalActivities(deps).weigh({
    ...{ release: 'release/flights/1', project, commit, environment: 'production', word: 'approve' },
    proof: { kind: 'githubComment', project, comment: comment.id },
    ...{ sealedAt: new Date(Date.now() - 3_600_000).toISOString(), evidenceDigest: digest },
    ...{ roles: ['managers'], notTheAuthor: false },
    ...change,
  });
}

/** Whether who presses the button in Slack is the author. */
async function authorByPress(user: string): Promise<string> {
  const said = { release: 'release/flights/1', word: 'approve', evidence: digest, user, name: user } as const;
  const at = new Date().toISOString();
  const mark = makeMark('secret', { ...said, at });
  const weighed = await weigh('', '', {
    ...{ evidence: digest, notTheAuthor: true },
    proof: { kind: 'slackButton', user, name: user, at, mark },
  });
  return weighed.proven ? weighed.answerer.author : weighed.reason;
}

/** What became of a comment that is not proven to be an answer. */
const reasonOf = (weighed: Weighed): string => (weighed.proven ? 'it is proven' : weighed.reason);

describe('a comment on GitHub', () => {
  it('is the answer of who wrote it, known by their person and roles; its words are those that stand there', async () => {
    expect(
      await weigh('Ann', 'Seen.\r\n/longhaul approve  after  the night', { comment: 'as was sent' }),
    ).toEqual({
      proven: true,
      answerer: {
        identity: { provider: 'github', id: 'ann', name: 'Ann', verified: true },
        person: 'ann',
        roles: ['managers'],
        author: 'unknown',
      },
      comment: 'after  the night',
    });
  });

  it('that names the evidence is about that, wherever it stands and whenever it was written', async () => {
    const later = { sealedAt: new Date(Date.now() + 3_600_000).toISOString() };
    const named = await weigh('ann', `/longhaul approve ${digest.slice(7, 19)} good`, later);
    expect(named).toMatchObject({ proven: true, evidence: digest.slice(7, 19), comment: 'good' });
    expect(reasonOf(await weigh('ann', '/longhaul approve good', later))).toMatch(
      /before the evidence was sealed/,
    );
  });

  it('of another pull request, another word, a program, or one that is gone or edited, is none', async () => {
    const repository = github.repository(project);
    const elsewhere = repository.comment({ issue: 2, author: 'ann', body: '/longhaul approve' });
    const edited = repository.comment({ issue: 1, author: 'ann', body: '/longhaul approve' });
    edited.updatedAt = new Date(Date.parse(edited.createdAt) + 60_000).toISOString();
    const by = (comment: number, name = project) => ({
      proof: { kind: 'githubComment', project: name, comment } as const,
    });
    const told = [
      await weigh('ann', '', by(elsewhere.id)),
      await weigh('ann', '', by(edited.id)),
      await weigh('ann', '', by(999_999)),
      await weigh('ann', '', by(edited.id, 'octo/other')),
      await weigh('ann', '/longhaul reject it'),
      await weigh('ann', '> /longhaul approve'),
      await weigh('longhaul[bot]', '/longhaul approve'),
    ].map(reasonOf);
    expect(told).toEqual(
      [
        /does not stand under a pull request that brought/,
        /was edited at/,
        /is gone/,
        /is of octo\/other/,
        /does not say/,
        /does not say/,
        /is a program/,
      ].map((why) => expect.stringMatching(why) as unknown),
    );
  });

  it('counts, where no roles are asked for, by who may write to the repository alone', async () => {
    const against = async (login: string) => {
      const weighed = await weigh(login, '/longhaul approve', { roles: [] });
      return weighed.proven ? weighed.against : weighed.reason;
    };
    expect(await against('cid')).toBeUndefined();
    expect(await against('fay')).toMatch(/fay has the permission `triage`/);
    expect(await against('stranger')).toMatch(/`none`/);
  });

  it('is tried again while GitHub does not answer', async () => {
    github.fail({ operation: 'issues/get-comment', how: { answer: 500 } });
    await expect(weigh('ann', '/longhaul approve')).rejects.toThrow(
      expect.objectContaining({ type: 'Unreachable' }),
    );
  });
});

describe('the author is', () => {
  const authorOf = async (login: string) => {
    const weighed = await weigh(login, '/longhaul approve', { notTheAuthor: true });
    return weighed.proven ? weighed.answerer.author : weighed.reason;
  };

  it('whoever GitHub says, whoever opened the pull request, and whoever the commit names', async () => {
    expect(await authorOf('cid')).toBe('yes');
    expect(await authorOf('Dan')).toBe('yes');
    expect(await authorOf('ann')).toBe('no');
    expect(await authorByPress('U0BOB')).toBe('yes');
  });

  it('not known where nothing of both can be compared', async () => {
    deps = {
      ...deps,
      config: () => serverConfigSchema.parse({ version: 1, people: { bob: { slack: 'U0BOB' } } }),
    };
    expect(await authorByPress('U0BOB')).toBe('unknown');
  });

  it('known by the login in the address that GitHub gives, where no GitHub is connected', async () => {
    deps = {
      ...deps,
      forge: null,
      config: () =>
        serverConfigSchema.parse({ version: 1, people: { cid: { slack: 'U0BOB', github: 'cid' } } }),
    };
    expect(await authorByPress('U0BOB')).toBe('yes');
  });
});
