import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { failureReason } from '../failure-reason.ts';
import { ciChanged, ciEnded, ciListen } from '../messages.ts';
import type { CiListener } from '../messages.ts';

/** How a run ends, as its listeners hear it. */
export interface CiEnd {
  readonly passed: boolean;
  readonly supersededBy?: string;
}

/** Steps that begin and end together are told of together. */
const togetherMs = 1_000;

/**
 * Who wants to hear of a run. Nothing is said, and no history has a trace of it, while nobody listens. A listener that
 * is gone is let go.
 */
export class CiAudience {
  private readonly listeners = new Map<string, CiListener['hears']>();
  private readonly telling = new CancellationScope();
  private hasChanged = false;
  private teller: Promise<void> | undefined;

  /** Takes listeners from now on. */
  listen(): void {
    setHandler(ciListen, ({ workflowId, hears }) => {
      if (this.listeners.get(workflowId) !== 'steps') this.listeners.set(workflowId, hears);
      if (hears === 'steps')
        this.teller ??= this.telling.run(() => this.tellChanges()).catch(unlessCancelled);
    });
  }

  /** A step has changed. */
  changed(): void {
    this.hasChanged = true;
  }

  /** To everyone, and to whoever comes while it is told: nothing is told after it. */
  async tellEnd(end: CiEnd): Promise<void> {
    this.telling.cancel();
    await this.teller;
    const told = new Set<string>();
    const { workflowId: id, runId } = workflowInfo();
    for (;;) {
      const untold = [...this.listeners.keys()].filter((listener) => !told.has(listener));
      if (untold.length === 0) return;
      for (const listener of untold) told.add(listener);
      await Promise.all(
        untold.map((listener) =>
          this.say(listener, () =>
            getExternalWorkflowHandle(listener).signal(ciEnded, { id, runId, ...end }),
          ),
        ),
      );
    }
  }

  private async tellChanges(): Promise<void> {
    const id = workflowInfo().workflowId;
    for (;;) {
      await condition(() => this.hasChanged);
      await sleep(togetherMs);
      this.hasChanged = false;
      const hearers = [...this.listeners].filter(([, hears]) => hears === 'steps');
      await Promise.all(
        hearers.map(([listener]) =>
          this.say(listener, () => getExternalWorkflowHandle(listener).signal(ciChanged, { id })),
        ),
      );
    }
  }

  private async say(listener: string, signal: () => Promise<void>): Promise<void> {
    try {
      await signal();
    } catch (error) {
      if (isCancellation(error)) throw error;
      this.listeners.delete(listener);
      log.warn('a listener is gone', { listener, reason: failureReason(error) });
    }
  }
}

function unlessCancelled(error: unknown): void {
  if (!isCancellation(error)) throw error;
}
