type Fault =
  | { readonly kind: 'down' | 'lostAnswer' | 'broken' }
  | { readonly kind: 'tooMany'; readonly seconds: number }
  | { readonly kind: 'refusal'; readonly word: string; readonly more: object };

/** What goes wrong at the next calls of a method; `webhook` is the incoming webhook. */
export class Faults {
  /** Nothing answers at all. */
  down = false;
  readonly #waiting: { readonly method: string; readonly fault: Fault }[] = [];

  /** The work is done, and its answer lost. */
  loseAnswer(method: string): void {
    this.#add(method, { kind: 'lostAnswer' });
  }

  /** Status 429, with the seconds to wait. */
  tooMany(method: string, seconds: number): void {
    this.#add(method, { kind: 'tooMany', seconds });
  }

  /** Status 503. */
  break(method: string): void {
    this.#add(method, { kind: 'broken' });
  }

  /** A word of Slack's for what is wrong. */
  refuse(method: string, word: string, more: object = {}): void {
    this.#add(method, { kind: 'refusal', word, more });
  }

  /** The fault of this very call, which is then over. */
  next(method: string): Fault | undefined {
    if (this.down) return { kind: 'down' };
    const index = this.#waiting.findIndex((waiting) => waiting.method === method);
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0]?.fault;
  }

  #add(method: string, fault: Fault): void {
    this.#waiting.push({ method, fault });
  }
}
