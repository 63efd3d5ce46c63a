/** How a request was answered: the word that is counted, and the status that its sender gets. */
export const outcomeStatus = {
  /** Temporal has acknowledged the trigger's start. */
  started: 202,
  /** The same bytes have started a trigger before. */
  repeat: 200,
  /** Of no use to any project: an event or an action that nothing follows from. */
  ignored: 200,
  /** The operator's file does not serve the project. */
  notServed: 200,
  /** Signed and valid JSON, but without what an event of its name has. */
  unreadable: 200,
  /** No signature, a wrong one, or one that is too old. */
  refused: 401,
  /** Signed, but no JSON object. */
  malformed: 400,
  /** A form, where JSON is read. */
  unsupported: 415,
  tooLarge: 413,
  /** Temporal has not acknowledged in time: whoever sent it has to send it again. */
  unavailable: 503,
  failed: 500,
} as const satisfies Record<string, number>;

export type Outcome = keyof typeof outcomeStatus;

/** What came of a request. `told` is a sentence for whoever looks at the answer; it never holds what was sent. */
export interface Answered {
  readonly outcome: Outcome;
  readonly told: string;
  /** Workflow id of the trigger. */
  readonly id?: string;
}
