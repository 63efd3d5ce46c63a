import { LonghaulError } from '../../core/errors.ts';
import { formatDuration } from '../../core/time.ts';

/** When each method may be called again after Slack has said that there were too many calls of it. */
export class Pauses {
  readonly #until = new Map<string, number>();

  /** @throws LonghaulError Unreachable while the pause lasts, with what is left of it as the wait */
  check(method: string): void {
    const left = (this.#until.get(method) ?? 0) - Date.now();
    if (left > 0) throw tooManyCalls(method, left);
    this.#until.delete(method);
  }

  /** The same error, once the wait that it names is known for the next call. */
  remember(method: string, error: LonghaulError): LonghaulError {
    if (error.retryAfterMs !== undefined) this.#until.set(method, Date.now() + error.retryAfterMs);
    return error;
  }
}

/** The refusal of a call that Slack, or a pause of it, does not allow for now. */
export const tooManyCalls = (method: string, waitMs: number): LonghaulError =>
  new LonghaulError(
    'Unreachable',
    `Slack takes no more calls of ${method} for ${formatDuration(waitMs)}: there were too many.`,
    { mend: 'Nothing to do: it goes on by itself after that time.', retryAfterMs: waitMs },
  );
