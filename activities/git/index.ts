import { formatProblems } from '../../config/format-problems.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { GitActivities } from '../contracts.ts';
import { gitOrFail } from '../workspace/git-program.ts';
import type { Mirrors } from '../workspace/mirrors.ts';
import { loadAtCommit } from './load-at-commit.ts';

/**
 * Activities that read a commit.
 * @param deps.server asked at each call, since the operator may add a project while a worker runs
 */
export function createGitActivities(deps: {
  readonly mirrors: Mirrors;
  readonly store: ArtifactStore;
  readonly server: () => ServerConfig;
}): GitActivities {
  const { mirrors, store, server } = deps;
  return {
    async resolvePlan(ref) {
      const { project, commit, configuration } = ref;
      const mirror = await mirrors.withCommit(ref);
      const loaded = await loadAtCommit({
        ...{ mirror, project, commit, server: server() },
        ...(configuration === undefined ? {} : { configuration }),
      });
      if (!loaded.ok) {
        const problems = formatProblems(loaded.problems);
        throw new LonghaulError(
          'InvalidConfig',
          `The configuration of ${project} at ${commit} is wrong:\n${problems}`,
          {
            mend: `\nCorrect it and push; \`longhaul validate\` tells the same beforehand.`,
          },
        );
      }
      const { ciPlan: ci, config, releasePlan: release, resolvedJson } = loaded;
      if (config.project !== project) {
        throw new LonghaulError(
          'NotPermitted',
          `longhaul.yaml of ${project} at ${commit} says that it is ${config.project}.`,
          {
            mend: `Write \`project: ${project}\` there, or ask for ${config.project}.`,
          },
        );
      }
      const { digest } = await store.putText(resolvedJson, 'longhaul.json');
      const subject = await gitOrFail(['--git-dir', mirror, 'log', '-1', '--format=%s', commit]);
      return {
        ci,
        ...(release === undefined ? {} : { release }),
        configDigest: digest,
        subject: subject.trim(),
      };
    },
  };
}
