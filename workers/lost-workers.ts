import { toActivityFailure } from '../activities/failure.ts';
import { endLostAttempts } from '../activities/steps/index.ts';
import type { WorkerParts } from './dependencies.ts';

/** Of workers of this machine that were killed: no process of theirs is left, and the workflows hear of it at once. */
export const endAttemptsOfLostWorkers = ({ home, workspace, client }: WorkerParts): Promise<void> =>
  endLostAttempts({
    worktrees: home.worktrees,
    checkouts: workspace.checkouts,
    fail: (taskToken, error) => client.activity.fail(taskToken, toActivityFailure(error)),
  });
