/** What a schema cannot say of approvals: the times among each other, and what the operator's file has of roles and people. */
import { writeDuration } from './duration.ts';
import type { KeyPath, Problem } from './problem.ts';
import type { ReleaseConfig } from './release-config.ts';
import { valueAt } from './schema-problems.ts';
import type { ServerConfig } from './server-config.ts';
import { nearest } from './suggest.ts';
import type { YamlSource } from './yaml-source.ts';

type Approval = ReleaseConfig['approval'];
/** Something wrong at a key of `release.approval`. */
type Wrong = readonly [path: KeyPath, message: string, hint: string];

/** Problems with `release.approval`, after all files were laid over each other, in the last file that says the key. */
export function checkApproval(
  { approval }: ReleaseConfig,
  server: ServerConfig | undefined,
  sources: readonly YamlSource[],
): readonly Problem[] {
  if (!approval.required) return [];
  const wrong = [...wrongTimes(approval), ...(server === undefined ? [] : wrongPeople(approval, server))];
  return wrong.flatMap(([path, message, hint]) => {
    const whole = ['release', 'approval', ...path];
    const stating = sources.findLast(({ data }) => valueAt(data, whole) !== undefined) ?? sources[0];
    return stating === undefined ? [] : [stating.problem(whole, message, hint)];
  });
}

function wrongTimes(approval: Approval): readonly Wrong[] {
  const { escalateAfter, escalateTo, expires } = approval;
  const late = (['remindAfter', 'escalateAfter'] as const).flatMap((key): readonly Wrong[] => {
    const after = approval[key];
    if (after === undefined || after < expires) return [];
    const message = `is ${writeDuration(after)}, and the approval expires after ${writeDuration(expires)}`;
    return [[[key], message, 'give a shorter time']];
  });
  if (escalateTo !== undefined && escalateAfter === undefined)
    return [...late, [['escalateTo'], 'has no `escalateAfter` beside it', 'say after how long']];
  if (escalateTo === undefined && escalateAfter !== undefined)
    return [...late, [['escalateAfter'], 'has no `escalateTo` beside it', 'say who is told']];
  return late;
}

function wrongPeople(approval: Approval, server: ServerConfig): readonly Wrong[] {
  const approvers = server.environments['production']?.approvers ?? {};
  const roles = Object.keys(approvers);
  const people = Object.keys(server.people);
  const unknown = [
    ...(approval.roles ?? []).flatMap((role, index): readonly Wrong[] =>
      roles.includes(role)
        ? []
        : [
            [
              ['roles', index],
              `production has no role \`${role}\` in the operator’s file`,
              meant(role, roles, 'environments.production.approvers'),
            ],
          ],
    ),
    ...(approval.escalateTo ?? []).flatMap((told, index): readonly Wrong[] =>
      roles.includes(told) || people.includes(told)
        ? []
        : [
            [
              ['escalateTo', index],
              `\`${told}\` is neither a role of production nor a person of the operator’s file`,
              meant(told, [...roles, ...people], 'environments.production.approvers, or to people'),
            ],
          ],
    ),
  ];
  return unknown.length > 0 ? unknown : outOfReach(approval, server);
}

/** What nobody there could ever fulfil. */
function outOfReach(approval: Approval, server: ServerConfig): readonly Wrong[] {
  const approvers = server.environments['production']?.approvers ?? {};
  const { quorum, roles = Object.keys(approvers) } = approval;
  if (quorum === 1 && roles.length === 0 && !approval.notTheAuthor) return [];
  const able =
    roles.length === 0 ? Object.keys(server.people) : roles.flatMap((role) => approvers[role] ?? []);
  const many = new Set(able).size;
  const tooFew: readonly Wrong[] =
    quorum > many && quorum > 1
      ? [
          [
            ['quorum'],
            `is ${quorum}, but the operator’s file has ${many} who may approve`,
            'ask for fewer, or have more people added there',
          ],
        ]
      : [];
  const vouches = server.github !== undefined || server.slack?.signingSecret !== undefined;
  const nobody: Wrong = [
    [],
    'needs answers that GitHub or Slack vouches for, and the operator’s file has neither',
    'have `github`, or `slack` with its `signingSecret`, added there, or ask for one approval by anyone',
  ];
  return vouches ? tooFew : [...tooFew, nobody];
}

function meant(word: string, candidates: readonly string[], where: string): string {
  const near = nearest(word, candidates);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  return candidates.length === 0
    ? `it has to be added there, to ${where}`
    : `it has ${candidates.join(', ')}; others have to be added there, to ${where}`;
}
