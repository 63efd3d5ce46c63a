import type { ReleaseView } from '../../../client/release-views.ts';
import { ciRunId } from '../../../core/ids.ts';
import type { ReleaseRecord } from '../../../core/release.ts';
import { eventually, Hopeless } from './eventually.ts';
import type { Pace } from './repository.ts';
import { model, project } from './stack.ts';
import type { Stack } from './stack.ts';

const trigger = { kind: 'person', by: 'a tester' } as const;

/** Commits the project at a pace, lets CI pass, and starts the commit's release. Resolves to its id. */
export async function startRelease({ client, repository }: Stack, pace: Pace): Promise<string> {
  const commit = await repository.commit(pace);
  await client.startCiRun({ project, commit, trigger });
  await eventually('CI has passed', async () => {
    const view = await client.ciRun(ciRunId(project, commit));
    if (view === null || view.status === 'RUNNING') return null;
    if (view.result?.passed !== true) throw new Hopeless(`CI did not pass: ${JSON.stringify(view)}`);
    return true;
  });
  return (await client.startRelease({ project, commit, model, trigger })).id;
}

/** The first view of an open release of which `holds` is true, seen within milliseconds. */
export function releaseWhen(
  { client }: Stack,
  id: string,
  what: string,
  holds: (record: ReleaseRecord, view: ReleaseView) => boolean,
): Promise<ReleaseRecord> {
  return eventually(
    `${id}: ${what}`,
    async () => {
      const view = await client.release(id);
      if (view?.record === undefined) return null;
      if (holds(view.record, view)) return view.record;
      if (view.status !== 'RUNNING') throw new Hopeless(`${id} ended before ${what}: ${asJson(view)}`);
      return null;
    },
    20,
  );
}

/** The record of a release that has ended. */
export function releaseEnded({ client }: Stack, id: string): Promise<ReleaseRecord> {
  return eventually(`${id}: has ended`, async () => {
    const view = await client.release(id);
    return view === null || view.status === 'RUNNING' ? null : view.record;
  });
}

/** It takes users' requests, and was looked at while it did. */
export const inMidCanary = ({ phase, candidateWeight, looks }: ReleaseRecord): boolean =>
  phase === 'canary' && candidateWeight > 0 && looks.length > 0;

const asJson = (view: ReleaseView): string => JSON.stringify(view, null, 1);
