import { ApplicationFailure } from '@temporalio/common';
import { condition, getExternalWorkflowHandle, isCancellation, log, setHandler } from '@temporalio/workflow';
import { freezeInWords, interruptedFor, newsOf, nextInTurn, supersessions, waitOf } from '../../core/lane.ts';
import type { Freeze, LaneRequest, LaneTicket, LaneView } from '../../core/lane.ts';
import { lanes } from '../activities.ts';
import { failureReason } from '../failure-reason.ts';
import type { LaneInput } from '../inputs.ts';
import {
  laneFreeze,
  laneGranted,
  laneLook,
  laneStatus,
  laneThaw,
  laneWaits,
  laneWish,
  laneYield,
} from '../lane-messages.ts';
import type { FreezeWord, LaneStatus, LaneYield } from '../lane-messages.ts';
import type { Answer } from '../messages.ts';

const minuteMs = 60_000;

/** How soon it is asked whether whoever was granted the lane has come to hold it. */
const confirmAfterMs = 5_000;

/** How long an empty lane stays, so that a burst of releases meets one run. */
const closeWhenEmptyAfterMs = 10 * minuteMs;

/** How long a frozen lane that others wait for goes without asking whether the operator's file still says so. */
const lookAgainAfterMs = 15 * minuteMs;

/** What a lane knows, what it hears, and what it says. */
export class LaneDesk {
  #holder: LaneTicket | null;
  #waiting: readonly LaneTicket[];
  #freeze: Freeze | undefined;
  #windows: readonly Freeze[];
  readonly #told: Map<string, string>;
  #interrupted: string | undefined;
  /** The run that was seen to hold the lane. */
  #confirmed: string | undefined;
  readonly #input: LaneInput;
  /** Counts what has changed, so that nothing is missed between a decision and the wait after it. */
  changes = 0;

  constructor(input: LaneInput) {
    const { queue = [], holder } = input;
    this.#input = input;
    this.#holder = holder === undefined ? (queue[0] ?? null) : holder;
    this.#waiting = holder === undefined ? queue.slice(1) : queue;
    this.#freeze = input.freeze;
    this.#windows = input.windows ?? [];
    this.#told = new Map(Object.entries(input.told ?? {}));
    this.#interrupted = input.interrupted;
  }

  get holder(): LaneTicket | null {
    return this.#holder;
  }

  get view(): LaneView {
    const freezes = this.#freeze === undefined ? this.#windows : [this.#freeze, ...this.#windows];
    return { holder: this.#holder, waiting: this.#waiting, freezes };
  }

  /** Whether it holds nothing that a new run would not know. */
  isIdle(): boolean {
    this.#endFreeze();
    return this.#holder === null && this.#waiting.length === 0 && this.#freeze === undefined;
  }

  /** How long to wait for something to change; undefined: for as long as it takes. */
  get patienceMs(): number | undefined {
    if (this.isIdle()) return closeWhenEmptyAfterMs;
    const anybody = this.#waiting.length > 0;
    if (this.#holder !== null) return anybody ? this.#checkAfterMs(this.#holder) : undefined;
    const ends = this.view.freezes.flatMap(({ until }) => (until === undefined ? [] : [Date.parse(until)]));
    const soonest = Math.min(...ends.map((end) => end - Date.now()).filter((left) => left > 0));
    if (anybody) return Math.min(soonest, lookAgainAfterMs);
    return Number.isFinite(soonest) ? soonest : undefined;
  }

  /** What the next run is to know. */
  carried(): LaneInput {
    const { lane, checkHolderEveryMs } = this.#input;
    return {
      ...{ lane, queue: this.#waiting, holder: this.#holder, windows: this.#windows },
      told: Object.fromEntries(this.#told),
      ...(this.#freeze === undefined ? {} : { freeze: this.#freeze }),
      ...(this.#interrupted === undefined ? {} : { interrupted: this.#interrupted }),
      ...(checkHolderEveryMs === undefined ? {} : { checkHolderEveryMs }),
    };
  }

  listen(): void {
    setHandler(laneWish, ({ wish, ...request }) => {
      if (wish === 'leave') this.#remove(request);
      else this.#enter(request);
    });
    setHandler(laneStatus, () => this.#status());
    setHandler(laneLook, async () => {
      await this.survey();
      return this.#status();
    });
    setHandler(laneFreeze, (word) => this.#freezeBy(word), { validator: refuseMalformedFreeze });
    setHandler(laneThaw, ({ by }) => this.#thawBy(by));
  }

  /** False when nothing has changed since `seen` for this long. */
  changed(seen: number, forMs?: number): Promise<boolean> {
    const changed = (): boolean => this.changes !== seen;
    return forMs === undefined ? condition(changed).then(() => true) : condition(changed, forMs);
  }

  /** Asks who really holds the lane, and what the operator's file says now. False where nobody could tell. */
  async survey(): Promise<boolean> {
    const { lane } = this.#input;
    try {
      const found = await lanes('who holds it, and is it frozen').surveyLane({ lane, at: now() });
      this.#windows = found.freezes;
      if (found.heldBy !== null && this.#holder === null) this.#adopt(found.heldBy);
      return true;
    } catch (error) {
      if (isCancellation(error)) throw error;
      log.warn('the lane could not be looked at', { ...lane, reason: failureReason(error) });
      return false;
    }
  }

  /** Who gets it now; nobody while it is held. */
  next(): LaneTicket | undefined {
    return this.#holder === null ? nextInTurn(this.view, now()) : undefined;
  }

  /** Who cannot be told is gone, and has lost its turn. */
  async grant(ticket: LaneTicket): Promise<void> {
    const granted = { ...ticket, grantedAt: now() };
    this.#remove(ticket);
    this.#holder = granted;
    this.#confirmed = undefined;
    const { lane } = this.#input;
    const told = await reached(() => handleOf(ticket).signal(laneGranted, lane));
    if (!told && this.#holder === granted) this.#remove(granted);
  }

  /** That nobody can tell is no proof: the lane stays with its holder, and is asked for again. */
  async dropLostHolder(): Promise<void> {
    const holder = this.#holder;
    if (holder === null) return;
    try {
      if (!(await this.#mayHold(holder)) && this.#holder === holder) this.#remove(holder);
    } catch (error) {
      if (isCancellation(error)) throw error;
    }
  }

  /** An older release that waits goes, for good, before it is told. */
  async dismissSuperseded(): Promise<void> {
    for (const { older, by } of supersessions(this.#waiting)) {
      this.#remove(older);
      await this.#askToYield(older, { to: by.holder, because: 'superseded' });
    }
  }

  /** Once for a holder: a canary makes way for a hotfix where its file says so, and nothing that is further does. */
  async interruptHolder(): Promise<void> {
    if (this.#holder === null || this.#interrupted === this.#holder.runId) return;
    if (interruptedFor({ ...this.view, freezes: [] }, now()) === undefined) return;
    await this.survey();
    const hotfix = interruptedFor(this.view, now());
    if (hotfix === undefined) return;
    this.#interrupted = this.#holder.runId;
    await this.#askToYield(this.#holder, { to: hotfix.holder, because: 'hotfix' });
  }

  /** Each hears why it waits, and again when that has become another reason. Who cannot be told is gone. */
  async tellWaiters(): Promise<void> {
    const { lane } = this.#input;
    await Promise.all(
      this.#waiting.map(async (ticket) => {
        const news = newsOf(this.view, ticket, now());
        if (this.#told.get(ticket.runId) === news) return;
        this.#told.set(ticket.runId, news);
        const wait = waitOf(this.view, ticket, now());
        if (!(await reached(() => handleOf(ticket).signal(laneWaits, { lane, wait })))) this.#remove(ticket);
      }),
    );
  }

  #status(): LaneStatus {
    return { lane: this.#input.lane, ...this.view };
  }

  #enter(request: LaneRequest): void {
    const known = [this.#holder, ...this.#waiting].find((ticket) => ticket?.runId === request.runId);
    // A holder that asks again does not know that it holds the lane, or another really does.
    if (known !== undefined && known === this.#holder) this.#holder = null;
    const { grantedAt: _, ...ticket } = {
      ...known,
      ...request,
      since: request.since ?? known?.since ?? now(),
    };
    this.#waiting = this.#waiting.includes(known ?? ticket)
      ? this.#waiting.map((other) => (other === known ? ticket : other))
      : [...this.#waiting, ticket];
    this.changes += 1;
  }

  #remove({ runId }: LaneRequest): void {
    if (this.#holder?.runId === runId) this.#holder = null;
    this.#waiting = this.#waiting.filter((ticket) => ticket.runId !== runId);
    this.#told.delete(runId);
    this.changes += 1;
  }

  #adopt({ since, ...request }: LaneRequest & { readonly since: string }): void {
    const known = this.#waiting.find(({ runId }) => runId === request.runId);
    this.#remove(request);
    this.#holder = { since, ...known, ...request, fenced: true, grantedAt: since };
    this.#confirmed = request.runId;
  }

  #checkAfterMs({ fenced, runId }: LaneTicket): number {
    const { checkHolderEveryMs = minuteMs } = this.#input;
    const known = fenced !== true || this.#confirmed === runId;
    return known ? checkHolderEveryMs : Math.min(checkHolderEveryMs, confirmAfterMs);
  }

  /** Whether it holds the lane, or was granted it not long ago and is open. */
  async #mayHold({ holder, runId, fenced, grantedAt }: LaneTicket): Promise<boolean> {
    const { lane } = this.#input;
    if (fenced === true) {
      const { heldBy } = await lanes('does it hold it').surveyLane({ lane, at: now() });
      if (heldBy?.runId === runId) {
        this.#confirmed = runId;
        return true;
      }
      if (this.#confirmed === runId || Date.now() - Date.parse(grantedAt ?? '') > minuteMs) return false;
    }
    return lanes('does its holder live').isOpen({ workflowId: holder, runId });
  }

  async #askToYield(ticket: LaneTicket, why: Omit<LaneYield, 'lane'>): Promise<void> {
    await reached(() => handleOf(ticket).signal(laneYield, { lane: this.#input.lane, ...why }));
  }

  #freezeBy({ by, reason, until, hotfixes }: FreezeWord): Answer {
    if (until !== undefined && Date.parse(until) <= Date.now()) {
      return { accepted: false, message: `${until} is over already` };
    }
    const replaced = this.#freeze === undefined ? '' : `; it was ${freezeInWords(this.#freeze)}`;
    this.#freeze = {
      ...{ reason, from: now(), by },
      ...(until === undefined ? {} : { until }),
      ...(hotfixes === true ? { hotfixes } : {}),
    };
    this.changes += 1;
    const goesOn = this.#holder === null ? '' : `; ${this.#holder.holder} holds the lane and goes on`;
    return { accepted: true, message: `${freezeInWords(this.#freeze)}${replaced}${goesOn}` };
  }

  #thawBy(by: string): Answer {
    this.#endFreeze();
    if (this.#freeze === undefined) return { accepted: false, message: 'nobody has frozen it by hand' };
    const words = `thawed by ${by}; it was ${freezeInWords(this.#freeze)}`;
    this.#freeze = undefined;
    this.changes += 1;
    return { accepted: true, message: words };
  }

  /** What had an end is over once that has come. */
  #endFreeze(): void {
    const { until } = this.#freeze ?? {};
    if (until !== undefined && Date.parse(until) <= Date.now()) this.#freeze = undefined;
  }
}

const now = (): string => new Date().toISOString();

const handleOf = ({ holder, runId }: LaneTicket) => getExternalWorkflowHandle(holder, runId);

/** False when who was to hear it is gone. */
async function reached(say: () => Promise<void>): Promise<boolean> {
  try {
    await say();
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return false;
  }
}

function refuseMalformedFreeze(word: FreezeWord): void {
  const { by, reason, until } = word as Partial<FreezeWord>;
  const problem =
    typeof by !== 'string' || by === ''
      ? 'Say who you are: {"by": "name", "reason": "..."}'
      : typeof reason !== 'string' || reason === ''
        ? 'Say why: {"by": "name", "reason": "..."}'
        : until !== undefined && Number.isNaN(Date.parse(until))
          ? '`until` is no ISO time'
          : null;
  if (problem !== null) throw ApplicationFailure.nonRetryable(problem, 'MalformedMessage');
}
