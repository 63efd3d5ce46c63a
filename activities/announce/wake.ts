import type { Client } from '@temporalio/client';
import { announcerCall } from '../../core/announcement.ts';
import type { AnnouncedSubject } from '../../core/announcement.ts';

const patienceMs = 5_000;

/**
 * Wakes the announcer of a run, or begins one. What a run does never waits for who hears of it: one that could not be
 * woken, which `tell` hears, looks by itself after a while or is woken by the next change.
 */
export const createWakeAnnouncer =
  (client: Client, tell: (line: string) => void) =>
  async (subject: AnnouncedSubject): Promise<void> => {
    try {
      await client.withDeadline(Date.now() + patienceMs, () =>
        client.workflow.signalWithStart('announcer', announcerCall(subject)),
      );
    } catch (error) {
      tell(
        `the announcer of ${subject.id} was not woken: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
