import { LonghaulError } from '../../core/errors.ts';
import type { Forge } from '../../core/ports/forge.ts';
import type { ForgeActivities } from '../contracts.ts';
import { pushRevert } from '../git/push-revert.ts';
import type { RevertDeps } from '../git/push-revert.ts';

/** Activities that change the code on the forge. */
export function createForgeActivities(deps: RevertDeps & { readonly forge: Forge | null }): ForgeActivities {
  const { forge } = deps;
  return {
    async openRevert({ commit, project, reason, release }) {
      if (forge === null) {
        throw new LonghaulError(
          'NotPermitted',
          'The operator’s file has no `github` to open a pull request at.',
        );
      }
      const branch = `longhaul/revert-${commit.slice(0, 12)}`;
      const because = `${release} was rolled back: ${reason}`;
      const revert = await pushRevert(deps, { project, commit, branch, because });
      if (!revert.pushed) return { kind: 'notReverted', reason: revert.reason };
      const title = `Revert "${revert.subject}"`;
      const body = [
        `This undoes ${commit}, whose release did not hold.`,
        `> ${because.replaceAll('\n', '\n> ')}`,
        `Merge it to have \`${revert.base}\` as it was before, or close it and push a correction.`,
      ].join('\n\n');
      const { number, url } = await forge.openPullRequest({
        project,
        branch,
        base: revert.base,
        title,
        body,
      });
      return { kind: 'opened', number, url };
    },
  };
}
