/** Where a message stands, so that later ones join its thread. */
export interface MessageRef {
  readonly channel: string;
  /** Slack's `ts`. */
  readonly id: string;
}

/**
 * One message for people. `key` is stable: a message with a key that was sent already is not sent again, and is
 * updated where `update` says so.
 */
export interface Message {
  readonly key: string;
  /** One line, as notifications and clients without blocks show it. */
  readonly text: string;
  /** Blocks in Slack's Block Kit. */
  readonly blocks: readonly Readonly<Record<string, unknown>>[];
  /** The thread that it belongs to; absent: begins one. */
  readonly thread?: MessageRef;
  /** Also seen in the channel, for what nobody may miss. */
  readonly broadcast?: boolean;
}

/** Words for one person alone, where others do not see them. */
export interface Whisper {
  /** Slack's id of the person. */
  readonly user: string;
  readonly text: string;
  readonly channel: string;
  /** Slack's `ts` of the message that begins the thread; absent: in the channel itself. */
  readonly thread?: string;
}

/** What the chat can do in the way it is reached. */
export interface NotifierAbilities {
  /** Messages have a place: they stand in threads and can be updated. */
  readonly threads: boolean;
  /** A press of a button is heard. */
  readonly buttons: boolean;
}

/** @throws LonghaulError Unreachable (passing, rate limits included), NotPermitted, Rejected, MissingSecret */
export interface Notifier {
  readonly can: NotifierAbilities;
  /** Resolves to where the message stands; null where messages have no place (a plain incoming webhook). */
  send(message: Message): Promise<MessageRef | null>;
  /** Puts new text and blocks in the place of a message that was sent; does nothing where messages have no place. */
  update(ref: MessageRef, message: Message): Promise<void>;
  /** Does nothing where messages have no place. */
  whisper(whisper: Whisper): Promise<void>;
}
