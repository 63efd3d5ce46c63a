import type { Client } from '@temporalio/client';
import { windows } from '../../../core/monitoring/record-metrics.ts';

const types = ['ciRun', 'release', 'rollback', 'lane'] as const;

/** A workflow that is open, or that closed within the longest window. */
export interface Execution {
  readonly type: (typeof types)[number];
  readonly id: string;
  readonly runId: string;
  readonly open: boolean;
}

/** What Temporal lists of what gauges tell about; the details are in the store. */
export async function listExecutions(client: Client, now: number): Promise<readonly Execution[]> {
  const since = new Date(now - windows['30d']).toISOString();
  const query = `WorkflowType IN (${types.map((type) => `'${type}'`).join(', ')}) AND (ExecutionStatus = 'Running' OR CloseTime > '${since}')`;
  const found: Execution[] = [];
  for await (const { type, workflowId: id, runId, status } of client.workflow.list({ query })) {
    found.push({ type: type as Execution['type'], id, runId, open: status.name === 'RUNNING' });
  }
  return found;
}

/**
 * Reads what is not known yet and forgets what is not asked for any more: an ended thing is read once.
 * `keys` name things together with the state in which they do not change.
 */
export class ReadOnce<T> {
  readonly #known = new Map<string, T | null>();

  async all(keys: ReadonlyMap<string, () => Promise<T | null>>): Promise<readonly T[]> {
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key);
    for (const [key, read] of keys) if (!this.#known.has(key)) this.#known.set(key, await read());
    return [...this.#known.values()].filter((fact) => fact !== null);
  }
}
