/** The call by which whoever owns the data says that it has changed. */
import { z } from 'zod';
import type { DataEvent } from '../../core/forge-event.ts';

/** How far the caller's clock may be from ours, either way, and so how long a call may be played back. */
const freshMs = 5 * 60_000;

const call = z.object({
  project: z.string(),
  at: z.iso.datetime({ offset: true }),
  by: z.string().min(1).max(100),
  note: z.string().max(500).default(''),
});

export type ReadCall =
  | { readonly kind: 'event'; readonly event: DataEvent }
  | { readonly kind: 'stale' }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'unreadable'; readonly where: string };

/**
 * All that counts is in the signed body: the project, so that a call for one is none for another, and the time, so that
 * an old one is refused. @param project as the operator's file writes it
 */
export function readDataCall(body: unknown, project: string, now: number): ReadCall {
  const read = call.safeParse(body);
  if (!read.success) {
    const fields = new Set(read.error.issues.map(({ path }) => path.join('.')));
    return { kind: 'unreadable', where: [...fields].join(', ') };
  }
  const { at, by, note, project: meant } = read.data;
  if (meant.toLowerCase() !== project.toLowerCase()) return { kind: 'elsewhere' };
  if (Math.abs(now - Date.parse(at)) > freshMs) return { kind: 'stale' };
  return { kind: 'event', event: { kind: 'data', project, by, note } };
}
