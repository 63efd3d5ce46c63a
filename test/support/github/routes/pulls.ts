import { commit, diffEntry, pullRequest, pullRequestSimple } from '../likeness.ts';
import type { FakePullRequest } from '../state.ts';
import { invalid, loginOf, notFound, page, refused } from '../world.ts';
import type { Answer, Call, Routes } from '../world.ts';

/** GitHub tells of no more files of one pull request. */
const mostFiles = 3_000;

export const pullRoutes: Routes = {
  'pulls/get': {
    needs: ['pull_requests', 'read'],
    answer: (call) => {
      const found = pullOf(call);
      return found === undefined
        ? notFound
        : { status: 200, body: pullRequest(call.world, call.repository, found) };
    },
  },
  'pulls/list': {
    needs: ['pull_requests', 'read'],
    answer: (call) => {
      const { world, repository, query } = call;
      const { state = 'open', head, base } = query;
      const all = repository.pullRequests
        .filter((one) => state === 'all' || one.state === state)
        .filter((one) => head === undefined || labelOf(one) === head)
        .filter((one) => base === undefined || one.base === base);
      return page(
        call,
        all.map((one) => pullRequestSimple(world, repository, one)),
      );
    },
  },
  'pulls/create': { needs: ['pull_requests', 'write'], answer: create },
  'pulls/list-files': {
    needs: ['pull_requests', 'read'],
    answer: (call) => {
      const found = pullOf(call);
      return found === undefined ? notFound : page(call, found.files.slice(0, mostFiles).map(diffEntry));
    },
  },
  'repos/list-pull-requests-associated-with-commit': {
    needs: ['pull_requests', 'read'],
    answer: (call) => {
      const { world, repository, params } = call;
      const sha = params['commit_sha'] ?? '';
      const more = repository.pullRequestsByCommit.get(sha) ?? [];
      const all = repository.pullRequests.filter((one) => one.commit === sha || more.includes(one.number));
      return page(
        call,
        all.map((one) => pullRequestSimple(world, repository, one)),
      );
    },
  },
  'repos/get-commit': {
    needs: ['contents', 'read'],
    answer: ({ repository, params }) => {
      const sha = params['ref'] ?? '';
      const author = repository.authors.get(sha);
      return author === undefined
        ? refused(422, `No commit found for SHA: ${sha}`)
        : { status: 200, body: commit(sha, author) };
    },
  },
};

const pullOf = ({ repository, params }: Call): FakePullRequest | undefined =>
  repository.pullRequests.find(({ number }) => number === Number(params['pull_number']));

const labelOf = ({ headProject, branch }: FakePullRequest): string =>
  `${headProject?.split('/')[0] ?? 'unknown repository'}:${branch}`;

function create(call: Call): Answer {
  const { world, repository, by } = call;
  const {
    head,
    base,
    title,
    body = '',
  } = call.body as {
    readonly head: string;
    readonly base: string;
    readonly title?: string;
    readonly body?: string;
  };
  const label = head.includes(':') ? head : `${repository.owner}:${head}`;
  const same = repository.pullRequests.some(
    (one) => one.state === 'open' && one.base === base && labelOf(one) === label,
  );
  if (same) return invalid('PullRequest', 'head', `A pull request already exists for ${label}.`);
  const opened = repository.openPullRequest({
    ...{ base, body, title: title ?? '', branch: label.slice(label.indexOf(':') + 1) },
    author: loginOf(by, world.app),
  });
  return { status: 201, body: pullRequest(world, repository, opened) };
}
