import type { Look } from '../../../core/watch.ts';

/** What a look means and what the release does, in one word where both are the same or nothing is decided yet. */
export function verdictWords({ verdict, action }: Look): string {
  if (isUndecided({ verdict, action }) || verdict.kind === action) return action;
  return `${verdict.kind} → ${action}`;
}

/** A look like most: nothing is shown, and the watch goes on. Its reason says so by itself. */
export const isUndecided = ({ verdict, action }: Pick<Look, 'verdict' | 'action'>): boolean =>
  verdict.kind === 'needMoreTraffic' && action === 'continue';
