import type { CiRunResult } from '../../../core/ci.ts';
import type { BaseRun } from '../../../core/forge-view.ts';
import { ciRunId, documentKeys } from '../../../core/ids.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';
import { readDocument } from '../../store/read-document.ts';
import { gitOrFail } from '../../workspace/git-program.ts';

/** Commits of the base branch that are asked for a run, newest first. */
const mostCommits = 50;

/**
 * The newest run of the base branch that passed, else the newest that ended: of the branch's own commits back from
 * `head`, so that it is right whatever started the run, and after a branch was set back.
 */
export async function findBaseRun(given: {
  readonly store: Pick<ArtifactStore, 'readDocument'>;
  /** The bare repository, with `head` in it. */
  readonly mirror: string;
  readonly project: string;
  readonly branch: string;
  readonly head: string;
}): Promise<BaseRun | null> {
  const { store, mirror, project, branch, head } = given;
  const listed = await gitOrFail([
    ...['--git-dir', mirror, 'log', '--first-parent', `--max-count=${mostCommits}`, '--format=%H', head],
  ]);
  let newest: BaseRun | null = null;
  for (const commit of listed.split('\n').filter((line) => line !== '')) {
    const result = await readDocument<CiRunResult>(store, documentKeys.ciRun(ciRunId(project, commit)));
    if (result === null || result.untrusted === true) continue;
    const run = { branch, commit, steps: result.steps };
    if (result.passed) return run;
    newest ??= run;
  }
  return newest;
}
