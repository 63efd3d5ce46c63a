import {
  CancellationScope,
  ChildWorkflowCancellationType,
  condition,
  isCancellation,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import type { ChildWorkflowHandle } from '@temporalio/workflow';
import { watchId } from '../../core/ids.ts';
import { summaryOf } from '../../core/summary.ts';
import { failureReason } from '../failure-reason.ts';
import type { WatchInput, WatchResult } from '../inputs.ts';
import { concludeWatch } from '../messages.ts';
import type { watch } from '../watch.ts';
import type { Controls } from './controls.ts';
import { fail } from './outcome.ts';

type End = { readonly result: WatchResult } | { readonly error: unknown };

/** A watch that runs beside its release: the release waits with it, and stops at its first proof. */
export class RunningWatch {
  readonly #child: ChildWorkflowHandle<typeof watch>;
  readonly #controls: Controls;
  readonly #phase: string;
  readonly #ended: Promise<void>;
  #end: End | undefined;

  private constructor(child: ChildWorkflowHandle<typeof watch>, controls: Controls, phase: string) {
    this.#child = child;
    this.#controls = controls;
    this.#phase = phase;
    this.#ended = child.result().then(
      (result) => {
        this.#endWith({ result });
      },
      (error: unknown) => {
        this.#endWith({ error });
      },
    );
  }

  static async start(controls: Controls, input: WatchInput): Promise<RunningWatch> {
    const workflowId = watchId(input.release, input.phase);
    const child = await startChild<typeof watch>('watch', {
      args: [input],
      workflowId,
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      cancellationType: ChildWorkflowCancellationType.TRY_CANCEL,
      staticSummary: summaryOf(`${input.phase} of ${input.lane.model} in ${input.lane.environment}`),
    });
    controls.watch = workflowId;
    controls.held = false;
    return new RunningWatch(child, controls, input.phase);
  }

  /** Lets `durationMs` pass under the watch. A pause or a hold stops this clock, never the watch. */
  async bake(durationMs: number): Promise<void> {
    let left = durationMs;
    while (left > 0) {
      await condition(() => this.#end !== undefined || this.#controls.mayAdvance);
      this.#stopUnlessGood();
      const from = Date.now();
      await condition(() => this.#end !== undefined || !this.#controls.mayAdvance, left);
      left -= Date.now() - from;
    }
    this.#stopUnlessGood();
  }

  /** Does some work of the release beside the watch: a proof against the candidate cancels it and ends the release. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#stopUnlessGood();
    const scope = new CancellationScope();
    const working = scope.run(work);
    const settled = working.then(
      () => undefined,
      () => undefined,
    );
    await Promise.race([settled, this.#ended]);
    if (this.#end !== undefined) {
      scope.cancel();
      await settled;
    }
    this.#stopUnlessGood();
    return working;
  }

  /** The planned time is over: waits for the verdict for good. */
  async conclude(): Promise<WatchResult> {
    if (this.#end === undefined) {
      // A watch that ended in this very moment cannot be told any more; its end says all.
      await this.#child.signal(concludeWatch).catch(() => undefined);
    }
    await condition(() => this.#end !== undefined);
    const result = this.#stopUnlessGood();
    if (result === undefined) throw fail(`${this.#phase}: the watch ended without a verdict`);
    return result;
  }

  /** Who ended asks nobody any more. */
  #endWith(end: End): void {
    this.#end = end;
    this.#controls.watch = undefined;
    this.#controls.held = false;
  }

  #stopUnlessGood(): WatchResult | undefined {
    if (this.#end === undefined) return undefined;
    if ('error' in this.#end) {
      if (isCancellation(this.#end.error)) throw this.#end.error;
      throw fail(`${this.#phase}: the watch failed: ${failureReason(this.#end.error)}`);
    }
    const { action, verdict } = this.#end.result;
    if (action === 'rollBack') throw fail(`${this.#phase}: ${verdict.reason}`);
    return this.#end.result;
  }
}
