import { condition, getExternalWorkflowHandle, setHandler } from '@temporalio/workflow';
import { ApplicationFailure } from '@temporalio/common';
import type { ReleasePhase } from '../../core/release.ts';
import {
  acknowledgeHold,
  lookTaken,
  releaseMessages,
  releaseSignal,
  releaseStatus,
  releaseUpdate,
} from '../messages.ts';
import type { Answer, PersonMessage, ReleaseMessage } from '../messages.ts';
import { problemOfMessage } from '../problem-of-message.ts';
import { Answers } from './answers.ts';
import { HeldLanes } from './lanes.ts';
import type { Ledger } from './ledger.ts';

const interruptiblePhases: ReadonlySet<ReleasePhase> = new Set([
  'waitingForProductionLane',
  'deploying',
  'canary',
  'preview',
]);

/** What people and other workflows have said to a release, as the flow reads it. */
export class Controls {
  paused = false;
  /** Whether the newest look says to stop advancing and ask a person. */
  held = false;
  /** From here on the outcome is certain: nobody can change it any more. */
  closed = false;
  abortion: { readonly by: string; readonly reason: string } | undefined;
  readonly answers: Answers;
  readonly lanes: HeldLanes;
  /** The hotfix that it makes way for. */
  makesWayFor: string | undefined;
  /** Workflow id of the watch that runs now. */
  watch: string | undefined;
  readonly #ledger: Ledger;
  readonly #abort: () => void;

  constructor(ledger: Ledger, abort: () => void) {
    this.#ledger = ledger;
    this.#abort = abort;
    this.lanes = new HeldLanes({
      waits: (lane, wait) => {
        ledger.waitForLane(lane, wait);
      },
      interrupted: (hotfix) => {
        this.#makeWayFor(hotfix);
      },
    });
    this.answers = new Answers(ledger);
  }

  get mayAdvance(): boolean {
    return !this.paused && !this.held;
  }

  /** Waits here while the release is paused. */
  async pausePoint(): Promise<void> {
    await condition(() => !this.paused);
  }

  /** Takes every message from the first task on, so that none is lost. */
  listen(): void {
    setHandler(releaseStatus, () => this.#ledger.record);
    this.lanes.listen();
    setHandler(lookTaken, (look) => {
      this.held = look.action === 'hold';
      this.#ledger.look(look);
    });
    for (const name of releaseMessages) {
      setHandler(releaseSignal(name), async (message) => {
        if (problemOfMessage(message) === null) await this.#hear(name, message, 'signal');
      });
      setHandler(releaseUpdate(name), (message) => this.#hear(name, message, 'update'), {
        validator: refuseMalformed,
      });
    }
  }

  async #hear(name: ReleaseMessage, message: PersonMessage, provider: 'signal' | 'update'): Promise<Answer> {
    if (this.closed) return refused('the release has ended');
    switch (name) {
      case 'approve':
        return this.answers.hear('approved', message, provider);
      case 'reject':
        return this.answers.hear('rejected', message, provider);
      case 'pause':
        return this.#pause(message);
      case 'resume':
        return this.#resume();
      case 'abort':
        return this.#abortBy(message);
    }
  }

  #pause(message: PersonMessage): Answer {
    if (this.paused) return taken('it was paused already');
    this.paused = true;
    this.#ledger.note({ paused: true });
    return taken(`paused by ${message.by}; what takes traffic is still watched`);
  }

  async #resume(): Promise<Answer> {
    if (!this.paused && !this.held) return taken('it was not paused');
    this.paused = false;
    this.#ledger.note({ paused: false });
    return this.held && this.watch !== undefined ? acknowledge(this.watch) : taken('it goes on');
  }

  /** Only until the canary has proven itself: what is further is done sooner than undone. */
  #makeWayFor(hotfix: string): void {
    const { phase } = this.#ledger.record;
    if (this.closed || this.abortion !== undefined || !interruptiblePhases.has(phase)) return;
    this.makesWayFor ??= hotfix;
    this.#abort();
  }

  #abortBy(message: PersonMessage): Answer {
    if (this.abortion !== undefined || this.#ledger.record.phase === 'undoing')
      return taken('it is being undone already');
    this.abortion = { by: message.by, reason: message.comment ?? '' };
    this.#abort();
    return taken('aborted; everything it did is being undone');
  }
}

/** A watch may end in this very moment; an error here would end the release as it stands, with nothing undone. */
async function acknowledge(watch: string): Promise<Answer> {
  try {
    await getExternalWorkflowHandle(watch).signal(acknowledgeHold);
    return taken('it goes on; the hold is acknowledged');
  } catch {
    return refused('the watch that asked has ended: there is nothing to acknowledge any more');
  }
}

const taken = (message: string): Answer => ({ accepted: true, message });
const refused = (message: string): Answer => ({ accepted: false, message });

function refuseMalformed(message: PersonMessage): void {
  const problem = problemOfMessage(message);
  if (problem !== null) throw ApplicationFailure.nonRetryable(problem, 'MalformedMessage');
}
