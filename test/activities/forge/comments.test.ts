import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGithub } from '../../support/github/index.ts';
import type { FakeGithub } from '../../support/github/index.ts';
import type { FakeRepository } from '../../support/github/state.ts';
import { forgeByApp, forgeByToken, project } from './forge-site.ts';

let github: FakeGithub;
let flights: FakeRepository;
const ref = { project, number: 1 };
beforeEach(async () => {
  github = await startGithub({ repositories: [project] });
  flights = github.repository(project);
  flights.openPullRequest();
});
afterEach(() => github.stop());

const writes = (): readonly string[] =>
  github.requests
    .filter(({ method, path }) => method !== 'GET' && !path.startsWith('/app'))
    .map(({ method }) => method);

test.each([
  ['an App', forgeByApp, 'longhaul[bot]'],
  ['a token', forgeByToken, 'longhaul-bot'],
] as const)(
  'by %s, the comment is found behind 120 others, updated when it differs, and never repeated',
  async (_, by, author) => {
    const forge = by(github);
    for (let index = 0; index < 120; index += 1)
      flights.comment({ issue: 1, author: 'ann', body: `${index}` });
    flights.comment({ issue: 1, author: 'mallory', body: '<!-- longhaul: report -->\nforged' });
    await forge.putComment(ref, 'report', () => 'first');
    const { url } = await forge.putComment(
      ref,
      'report',
      (standing) => `${standing ?? 'nothing'} and second`,
    );
    await forge.putComment(ref, 'report', () => 'first and second');
    await forge.putComment(ref, 'other', () => 'another');
    const own = flights.comments.filter((comment) => comment.author === author);
    expect(own.map(({ body }) => body)).toEqual([
      '<!-- longhaul: report -->\nfirst and second',
      '<!-- longhaul: other -->\nanother',
    ]);
    expect(url).toBe(`https://github.com/${project}/pull/1#issuecomment-${own[0]?.id}`);
    expect(writes()).toEqual(['POST', 'PATCH', 'POST']);
  },
);

test('a tick that a person has set on GitHub is given to whoever writes the comment anew', async () => {
  const forge = forgeByApp(github);
  await forge.putComment(ref, 'report', () => '- [ ] checked\n- [ ] told');
  const [comment] = flights.comments;
  if (comment !== undefined)
    comment.body = comment.body.replace('[ ] checked', '[x] checked').replaceAll('\n', '\r\n');
  let seen: string | null = null;
  await forge.putComment(ref, 'report', (standing) => (seen = standing) ?? '');
  expect(seen).toBe('- [x] checked\n- [ ] told');
});

test('a comment whose answer was lost is found again', async () => {
  const forge = forgeByApp(github);
  for (const operation of ['issues/create-comment', 'issues/update-comment'])
    github.fail({ operation, how: 'lost' });
  const put = () => forge.putComment(ref, 'report', () => 'here');
  await expect(put()).rejects.toMatchObject({ type: 'Unreachable' });
  await put();
  expect(flights.comments).toHaveLength(1);
  const change = () => forge.putComment(ref, 'report', () => 'there');
  await expect(change()).rejects.toMatchObject({ type: 'Unreachable' });
  await change();
  expect(flights.comments.map(({ body }) => body)).toEqual(['<!-- longhaul: report -->\nthere']);
});

test('two processes that both saw no comment leave one, with the later word', async () => {
  const seen = Promise.withResolvers<null>();
  const { promise: held, resolve: goOn } = Promise.withResolvers<null>();
  github.fail({ operation: 'issues/list-comments', how: { held, done: seen.resolve } });
  const slow = forgeByApp(github).putComment(ref, 'report', () => 'from the slow one');
  await seen.promise;
  const quick = await forgeByApp(github).putComment(ref, 'report', () => 'from the quick one');
  goOn(null);
  expect(await slow).toEqual(quick);
  expect(writes()).toEqual(['POST', 'POST', 'DELETE', 'PATCH']);
  expect(flights.comments.map(({ body }) => body)).toEqual(['<!-- longhaul: report -->\nfrom the slow one']);
});

test('in one process, two at once take turns', async () => {
  const forge = forgeByApp(github);
  const added = (word: string) => (standing: string | null) =>
    [standing, word].filter((part) => part !== null).join(' ');
  await Promise.all(['a', 'b', 'c'].map((word) => forge.putComment(ref, 'report', added(word))));
  expect(flights.comments.map(({ body }) => body)).toEqual(['<!-- longhaul: report -->\na b c']);
});

test('a comment that somebody has removed is written again, and one too long is cut', async () => {
  const forge = forgeByApp(github);
  await forge.putComment(ref, 'report', () => 'here');
  flights.removeComment(flights.comments[0]?.id ?? 0);
  await forge.putComment(ref, 'report', () => 'long '.repeat(20_000));
  expect(flights.comments[0]?.body).toHaveLength(65_536);
  expect(flights.comments[0]?.body.endsWith('(cut here: GitHub takes no more)')).toBe(true);
});

test('a comment is read as it is now, with where it stands; null when it is gone', async () => {
  const forge = forgeByApp(github);
  const comment = flights.comment({ issue: 1, author: 'Ann', body: '/longhaul retest' });
  expect(await forge.comment(project, comment.id)).toEqual({
    ...{ author: 'Ann', body: '/longhaul retest', pullRequest: 1 },
    ...{ writtenAt: comment.createdAt, editedAt: comment.updatedAt },
  });
  flights.removeComment(comment.id);
  expect(await forge.comment(project, comment.id)).toBeNull();
});

test('a reaction is there once, also after a lost answer', async () => {
  const forge = forgeByApp(github);
  const { id, reactions } = flights.comment({ issue: 1, author: 'ann', body: '/longhaul retest' });
  github.fail({ operation: 'reactions/create-for-issue-comment', how: 'lost' });
  await expect(forge.react(project, id, 'eyes')).rejects.toMatchObject({ type: 'Unreachable' });
  await forge.react(project, id, 'eyes');
  await forge.react(project, id, 'rocket');
  expect(reactions.map(({ content }) => content)).toEqual(['eyes', 'rocket']);
});
