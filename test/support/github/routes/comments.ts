import { comment, reaction } from '../likeness.ts';
import type { FakeComment } from '../state.ts';
import { invalid, loginOf, notFound, page } from '../world.ts';
import type { Answer, Call, Routes } from '../world.ts';

/** Comments on pull requests, which are issues for GitHub. */
export const commentRoutes: Routes = {
  'issues/list-comments': {
    needs: ['pull_requests', 'read'],
    answer: (call) => {
      const { world, repository, params } = call;
      const issue = Number(params['issue_number']);
      if (!hasIssue(call, issue)) return notFound;
      const all = repository.comments.filter((one) => one.issue === issue);
      return page(
        call,
        all.map((one) => comment(world, repository, one)),
      );
    },
  },
  'issues/create-comment': { needs: ['pull_requests', 'write'], answer: create },
  'issues/get-comment': {
    needs: ['pull_requests', 'read'],
    answer: (call) => {
      const found = commentOf(call);
      return found === undefined ? notFound : shown(call, 200, found);
    },
  },
  'issues/update-comment': { needs: ['pull_requests', 'write'], answer: update },
  'issues/delete-comment': {
    needs: ['pull_requests', 'write'],
    answer: (call) => {
      const found = commentOf(call);
      if (found === undefined) return notFound;
      call.repository.removeComment(found.id);
      return { status: 204 };
    },
  },
  'reactions/create-for-issue-comment': { needs: ['pull_requests', 'write'], answer: react },
  'reactions/list-for-issue-comment': {
    needs: ['pull_requests', 'read'],
    answer: (call) => page(call, (commentOf(call)?.reactions ?? []).map(reaction)),
  },
};

const longest = 65_536;

const hasIssue = ({ repository }: Call, issue: number): boolean =>
  repository.pullRequests.some(({ number }) => number === issue);

const commentOf = ({ repository, params }: Call): FakeComment | undefined =>
  repository.comments.find(({ id }) => id === Number(params['comment_id']));

const shown = ({ world, repository }: Call, status: number, one: FakeComment): Answer => ({
  status,
  body: comment(world, repository, one),
});

const tooLong = invalid('IssueComment', 'body', `body is too long (maximum is ${longest} characters)`);

function create(call: Call): Answer {
  const { world, repository, params, by } = call;
  const issue = Number(params['issue_number']);
  const body = String(call.body['body']);
  if (!hasIssue(call, issue)) return notFound;
  if (body.length > longest) return tooLong;
  const made = repository.comment({
    ...{ issue, body, author: loginOf(by, world.app), byApp: by.kind === 'installation' },
  });
  return shown(call, 201, made);
}

function update(call: Call): Answer {
  const found = commentOf(call);
  const body = String(call.body['body']);
  if (found === undefined) return notFound;
  if (body.length > longest) return tooLong;
  found.body = body;
  found.updatedAt = new Date().toISOString();
  return shown(call, 200, found);
}

function react(call: Call): Answer {
  const found = commentOf(call);
  if (found === undefined) return notFound;
  const by = loginOf(call.by, call.world.app);
  const content = String(call.body['content']);
  const standing = found.reactions.find((one) => one.by === by && one.content === content);
  if (standing !== undefined) return { status: 200, body: reaction(standing) };
  const made = { id: call.world.ids.next(), by, content };
  found.reactions.push(made);
  return { status: 201, body: reaction(made) };
}
