import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { loadServerConfig } from '../../config/load-server.ts';
import { serverConfigSchema } from '../../config/server-config.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { loaded, operator, problems, withRelease } from './repository.ts';

const asking = (approval: string) => ({ 'longhaul.yaml': `${withRelease}  approval: ${approval}\n` });

/** Two managers and a data scientist, with Slack's buttons. */
const staffed = (): ServerConfig =>
  serverConfigSchema.parse({
    version: 1,
    projects: { 'team/model': { url: 'file:///srv/model.git' } },
    people: { ann: { github: 'Ann' }, bob: { slack: 'U0BOB' }, cid: {} },
    environments: {
      staging: { target: 'local', port: 8101 },
      production: {
        target: 'local',
        port: 8102,
        approvers: { managers: ['ann', 'bob'], 'data-science': ['cid', 'ann'] },
      },
    },
    slack: { webhookUrl: { env: 'HOOK' }, signingSecret: { env: 'SIGNING' } },
  });

describe('what a project asks for', () => {
  it('is in the plan; what it does not say is not, so that old plans and digests stay', () => {
    expect(loaded({ 'longhaul.yaml': withRelease }, operator()).releasePlan?.approval).toEqual({
      required: true,
      expiresMs: 7 * 24 * 3_600_000,
    });
    const asked = asking(
      '{ quorum: 2, roles: [managers], notTheAuthor: true, rejectNeedsReason: true, remindAfter: 1d, escalateAfter: 2d, escalateTo: [cid] }',
    );
    expect(loaded(asked, staffed()).releasePlan?.approval).toEqual({
      required: true,
      expiresMs: 7 * 24 * 3_600_000,
      quorum: 2,
      roles: ['managers'],
      notTheAuthor: true,
      rejectNeedsReason: true,
      remindAfterMs: 24 * 3_600_000,
      escalateAfterMs: 48 * 3_600_000,
      escalateTo: ['cid'],
    });
  });

  it('without roles, whoever the operator lists may answer, and nobody else', () => {
    expect(loaded({ 'longhaul.yaml': withRelease }, staffed()).releasePlan?.approval.roles).toEqual([
      'managers',
      'data-science',
    ]);
  });

  it('is what an environment’s file says, where that says it', () => {
    const files = {
      'longhaul.yaml': withRelease,
      'environments/production.yaml': 'release: { approval: { roles: [manager] } }\n',
    };
    expect(problems(files, staffed())).toMatchObject([
      { file: 'environments/production.yaml', line: 1, hint: 'did you mean `managers`?' },
    ]);
  });
});

test.each<[string, string, RegExp]>([
  ['a role that there is not', '{ roles: [managers, owners] }', /roles\[1\] production has no role `owners`/],
  [
    'somebody to tell that there is not',
    '{ escalateAfter: 1d, escalateTo: [bop] }',
    /escalateTo\[0\] .*did you mean `bob`/,
  ],
  [
    'more people than there are',
    '{ quorum: 3, roles: [managers] }',
    /quorum is 3, but the operator’s file has 2/,
  ],
  ['a reminder after the end', '{ remindAfter: 8d }', /remindAfter is 8d, and the approval expires after 7d/],
  ['an escalation to nobody', '{ escalateAfter: 1d }', /escalateAfter has no `escalateTo`/],
  ['an escalation at no time', '{ escalateTo: [bob] }', /escalateTo has no `escalateAfter`/],
])('%s is told with its line and its mend', (_, approval, told) => {
  const found = problems(asking(approval), staffed());
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ file: 'longhaul.yaml', line: 8 });
  expect(found.map(({ key, message, hint }) => `${key} ${message}: ${hint}`)[0]).toMatch(told);
});

test('what nobody could vouch for is told before a release waits for it in vain', () => {
  const { slack: _, ...nobody } = staffed();
  expect(problems(asking('{ notTheAuthor: true }'), nobody)).toMatchObject([
    { key: 'release.approval', message: expect.stringContaining('has neither') as string },
  ]);
});

describe('the operator’s people', () => {
  it.each([
    [
      'people: { ann: { github: ann } }',
      'approvers: { managers: [anna] }',
      /approvers\.managers\[0\] .*did you mean `ann`/,
    ],
    ['people: { ann: { github: ann }, bob: { github: Ann } }', '', /people\.bob\.github .*account of ann/],
    ['people: { ann: { slack: ann } }', '', /people\.ann\.slack .*Slack user id/],
  ])('%s %s is told', (people, approvers, told) => {
    const folder = mkdtempSync(join(tmpdir(), 'longhaul-people-'));
    const file = join(folder, 'longhaul.server.yaml');
    writeFileSync(
      file,
      `version: 1\n${people}\nenvironments:\n  production:\n    target: local\n    port: 8102\n    ${approvers}\n`,
    );
    try {
      expect(() => loadServerConfig(file)).toThrow(told);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
