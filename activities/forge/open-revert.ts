import { LonghaulError } from '../../core/errors.ts';
import type { Forge } from '../../core/ports/forge.ts';
import { escapeText, inlineCode } from '../../core/render/forge/text.ts';
import type { ForgeActivities } from '../contracts.ts';
import { pushRevert } from '../git/push-revert.ts';
import type { RevertDeps } from '../git/push-revert.ts';

/** Activities that change the code on the forge. */
export function createForgeActivities(deps: RevertDeps & { readonly forge: Forge | null }): ForgeActivities {
  const { forge } = deps;
  return {
    async openRevert(input) {
      const { commit, project, reason, release } = input;
      if (forge === null) {
        throw new LonghaulError(
          'NotPermitted',
          'The operator’s file has no `github` to open a pull request at.',
        );
      }
      const branch = `longhaul/revert-${commit.slice(0, 12)}`;
      const because = `${release} was rolled back: ${reason}`;
      const revert = await pushRevert(deps, { project, commit, branch, because });
      if (!revert.pushed) {
        await tellWhyNot(forge, input, revert.reason);
        return { kind: 'notReverted', reason: revert.reason };
      }
      const { base, subject } = revert;
      const body = [
        `This undoes ${commit}, whose release did not hold.`,
        `> ${escapeText(because)}`,
        `Merge it to have ${inlineCode(base)} as it was before, or close it and push a correction.`,
      ].join('\n\n');
      const title = `Revert "${subject}"`;
      return { kind: 'opened', ...(await forge.openPullRequest({ project, branch, base, title, body })) };
    },
  };
}

/** Where the commit came in by a pull request, its people hear that undoing it is left to them. */
async function tellWhyNot(
  forge: Forge,
  { commit, project, reason, release }: Parameters<ForgeActivities['openRevert']>[0],
  whyNot: string,
): Promise<void> {
  const [newest] = await forge.pullRequestsOf(project, commit);
  if (newest === undefined) return;
  const body = [
    `${inlineCode(release)} was rolled back: ${escapeText(reason)}`,
    `No pull request reverts it: ${escapeText(whyNot)}. By hand: ${inlineCode(`git revert ${commit}`)}`,
  ].join('\n\n');
  await forge.putComment(newest, `revert ${commit.slice(0, 12)}`, () => body);
}
