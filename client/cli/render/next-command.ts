import type { ReleaseView } from '../../release-views.ts';

/** What a person can type now to move a release on, or to learn why it stands as it does. */
export function nextCommand({ id, record, status }: ReleaseView): string {
  if (record === undefined)
    return status === 'RUNNING' ? `longhaul release watch ${id}` : 'longhaul release list';
  const { looks, outcome, paused, phase, waiting } = record;
  if (outcome === undefined && status !== 'RUNNING') return `longhaul release rollback ${id}`;
  if (outcome === undefined) {
    if (paused || looks.at(-1)?.action === 'hold') return `longhaul release resume ${id}`;
    if (phase === 'waitingForApproval') return `longhaul release approve ${id}`;
    return waiting?.next ?? `longhaul release watch ${id}`;
  }
  switch (outcome.kind) {
    case 'released':
      return `longhaul release rollback ${id}   # should it prove bad after all`;
    case 'failed':
    case 'rolledBack':
      return `longhaul logs ${id}`;
    case 'superseded':
    case 'rejected':
      return `longhaul release start --project ${record.project} --commit ${record.commit.slice(0, 12)}`;
  }
}
