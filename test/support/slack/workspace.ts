import type { ShownBlock } from './shapes.ts';

export interface ShownMessage {
  readonly ts: string;
  readonly text: string;
  readonly blocks: readonly ShownBlock[];
  readonly by: 'bot' | 'webhook';
  readonly thread?: string;
  readonly broadcast?: boolean;
  readonly metadata?: object;
  /** How often it was changed. */
  readonly edits: number;
}

/** What people see, and what was asked. */
export class Workspace {
  readonly channel: string;
  readonly messages: ShownMessage[] = [];
  readonly whispers: { readonly user: string; readonly text: string; readonly thread?: string }[] = [];
  readonly calls: { readonly method: string; readonly at: number }[] = [];
  /** Why requests were refused by their shape. */
  readonly problems: string[] = [];
  readonly scopes = new Set(['chat:write', 'channels:history', 'channels:read']);

  constructor(channel: string) {
    this.channel = channel;
  }

  add(message: Omit<ShownMessage, 'ts' | 'edits'>): ShownMessage {
    const ts = `1790000000.${String(this.messages.length + 1).padStart(6, '0')}`;
    const shown = { ...message, ts, edits: 0 };
    this.messages.push(shown);
    return shown;
  }

  change(ts: string, change: Pick<ShownMessage, 'text' | 'blocks'>): boolean {
    const index = this.messages.findIndex((message) => message.ts === ts);
    const before = this.messages[index];
    if (before === undefined) return false;
    this.messages[index] = { ...before, ...change, edits: before.edits + 1 };
    return true;
  }

  /** Those of a thread, its beginning included, oldest first. */
  thread(ts: string): readonly ShownMessage[] {
    return this.messages.filter((message) => message.ts === ts || message.thread === ts);
  }
}
