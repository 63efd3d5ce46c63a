import type { ClusterEvent, Manifest } from './cluster.ts';

/** An event as the API writes it. Old and new writers put times and counts into different fields. */
export interface ApiEvent extends Manifest {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number | null;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string } | null;
}

/** Newest first. */
export function newestFirst(events: readonly ApiEvent[]): readonly ClusterEvent[] {
  return events
    .map((event): ClusterEvent => {
      const { count, eventTime, lastTimestamp, message = '', metadata, reason = '', series, type } = event;
      const created = metadata['creationTimestamp'];
      const at =
        series?.lastObservedTime ??
        lastTimestamp ??
        eventTime ??
        (typeof created === 'string' ? created : '');
      return {
        type: type === 'Warning' ? 'Warning' : 'Normal',
        ...{ reason, message, at, count: series?.count ?? count ?? 1 },
      };
    })
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}
