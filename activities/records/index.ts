import { createHash } from 'node:crypto';
import type { AnnouncedSubject } from '../../core/announcement.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { CiRunResult } from '../../core/ci.ts';
import { documentKeys } from '../../core/ids.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { ReleaseRecord } from '../../core/release.ts';
import { ciHtml } from '../../core/render/ci-html.ts';
import { ciJunit } from '../../core/render/ci-junit.ts';
import { ciReport, hasPassed } from '../../core/render/ci-report.ts';
import type { RecordActivities } from '../contracts.ts';
import { readPageExtras } from './page-extras.ts';
import { readDocument } from '../store/read-document.ts';

/** Activities that keep what outlives the histories of Temporal. */
export function createRecordActivities({
  store,
  announce = () => Promise.resolve(),
}: {
  readonly store: ArtifactStore;
  /** Wakes who tells others of a run; its own failures are its own. */
  readonly announce?: (subject: AnnouncedSubject) => Promise<void>;
}): RecordActivities {
  return {
    async saveRelease(record) {
      await store.writeDocument(documentKeys.release(record.id), JSON.stringify(record));
      const { id, project, commit } = record;
      await announce({ kind: 'release', id, project, commit });
    },

    loadRelease: ({ id }) => readDocument<ReleaseRecord>(store, documentKeys.release(id)),

    async saveCiRun(run) {
      const [markdown, junit, html] = await Promise.all([
        store.putText(ciReport(run), 'report.md'),
        store.putText(ciJunit(run), 'junit.xml'),
        store.putText(ciHtml(run, await readPageExtras(store, run.steps)), 'report.html'),
      ]);
      const result: CiRunResult = { ...run, passed: hasPassed(run), report: { markdown, junit, html } };
      const json = JSON.stringify(result);
      if (run.runId !== undefined) await store.writeDocument(documentKeys.ciRunOnce(run.id, run.runId), json);
      await store.writeDocument(documentKeys.ciRun(run.id), json);
      const { id, project, commit } = run;
      if (run.source === undefined) await announce({ kind: 'ci', id, project, commit });
      return result;
    },

    loadCiRun: ({ id }) => readDocument<CiRunResult>(store, documentKeys.ciRun(id)),

    sealEvidence(evidence) {
      const digest = `sha256:${createHash('sha256').update(canonicalJson(evidence)).digest('hex')}`;
      return Promise.resolve({ ...evidence, digest, sealedAt: new Date().toISOString() });
    },
  };
}
