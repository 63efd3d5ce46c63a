import { statfs } from 'node:fs/promises';
import { collectDefaultMetrics } from 'prom-client';
import type { ActivityMetrics } from './activities.ts';
import type { Scraped } from './server.ts';

/** The counts of activities, with memory, CPU and event loop of this process, and the free space at `folder`. */
export function withProcessMetrics({ registry, instruments }: ActivityMetrics, folder: string): Scraped {
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    async refresh() {
      const { bavail, bsize } = await statfs(folder);
      instruments.homeFreeBytes.set(bavail * bsize);
    },
  };
}
