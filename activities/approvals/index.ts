import type { ServerConfig } from '../../config/server-config.ts';
import type { Answerer } from '../../core/approval.ts';
import { authorship } from '../../core/authorship.ts';
import type { Forge } from '../../core/ports/forge.ts';
import type { ApprovalActivities, WeighInput } from '../contracts.ts';
import { authorsOf } from './authors.ts';
import type { AddressesOf } from './authors.ts';
import { proveComment } from './prove-comment.ts';
import { provePress } from './prove-press.ts';
import type { Proven } from './proven.ts';

export interface ApprovalDependencies {
  /** Who is who, and who has which role, at the moment of the call. */
  readonly config: () => Pick<ServerConfig, 'environments' | 'people'>;
  /** Null where the operator's file has none. */
  readonly forge: Forge | null;
  /** What Slack's presses are marked with; null where the operator's file has none. @throws MissingSecret */
  readonly signingSecret: () => Promise<string | null>;
  readonly addressesOf: AddressesOf;
}

/** Finds out whose answer it is that a release was given, from those who vouch for people. */
export function createApprovalActivities(deps: ApprovalDependencies): ApprovalActivities {
  return {
    async weigh(input) {
      const { proof } = input;
      const proven =
        proof.kind === 'githubComment'
          ? await proveComment(deps.forge, input, proof)
          : provePress(await deps.signingSecret(), input, proof);
      if ('reason' in proven) return { proven: false, reason: proven.reason };
      const answerer = await answererOf(deps, input, proven);
      const against = await whyNotAllowed(deps, input, answerer);
      const { comment, evidence } = proven;
      return {
        ...{ proven: true, answerer, comment },
        ...(evidence === undefined ? {} : { evidence }),
        ...(against === null ? {} : { against }),
      };
    },
  };
}

/** The person behind an account, with their roles in the environment, and whether they are the author. */
async function answererOf(
  deps: ApprovalDependencies,
  input: WeighInput,
  { identity }: Proven,
): Promise<Answerer> {
  const { environments, people } = deps.config();
  const found = Object.entries(people).find(([, { github, slack }]) =>
    identity.provider === 'github' ? github?.toLowerCase() === identity.id : slack === identity.id,
  );
  const approvers = environments[input.environment]?.approvers ?? {};
  const roles = Object.entries(approvers).flatMap(([role, members]) =>
    found !== undefined && members.includes(found[0]) ? [role] : [],
  );
  const login = found?.[1].github ?? (identity.provider === 'github' ? identity.id : undefined);
  const accounts = { ...(login === undefined ? {} : { login }), emails: found?.[1].emails ?? [] };
  return {
    identity,
    ...(found === undefined ? {} : { person: found[0] }),
    roles,
    author: input.notTheAuthor ? authorship(accounts, await authorsOf(deps, input)) : 'unknown',
  };
}

const mayWrite: readonly string[] = ['admin', 'maintain', 'write'];

/** Where no roles are asked for, whoever may write to the repository may answer on the forge: anyone can comment. */
async function whyNotAllowed(
  { forge }: ApprovalDependencies,
  { project, roles }: WeighInput,
  { identity }: Answerer,
): Promise<string | null> {
  if (identity.provider !== 'github' || roles.length > 0 || forge === null) return null;
  const permission = await forge.permission(project, identity.id);
  return mayWrite.includes(permission)
    ? null
    : `${identity.name} has the permission \`${permission}\` on ${project}, and an answer takes \`write\``;
}
