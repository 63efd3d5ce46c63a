import { writeFileSync } from 'node:fs';
import type { ReleaseRecord } from '../../core/release.ts';
import { alignColumns } from '../../core/render/markdown.ts';
import type { Served } from './traffic.ts';

/** What came of one release, as `--json` writes it. */
export interface ReleaseSummary {
  readonly name: string;
  readonly outcome: string;
  readonly compensations: { readonly verified: number; readonly total: number };
  readonly userRequests: number;
  readonly failedRequests: number;
  readonly seconds: number;
}

export function summarize(
  name: string,
  record: ReleaseRecord,
  served: Served,
  seconds: number,
): ReleaseSummary {
  return {
    name,
    outcome: record.outcome?.kind ?? 'open',
    compensations: {
      verified: record.compensations.filter(({ verified }) => verified).length,
      total: record.compensations.length,
    },
    userRequests: served.requests,
    failedRequests: served.failed,
    seconds: Math.round(seconds),
  };
}

export function printTable(releases: readonly ReleaseSummary[]): void {
  const rows = releases.map(({ name, outcome, compensations, userRequests, failedRequests, seconds }) => [
    name,
    outcome,
    compensations.total === 0 ? '–' : `${compensations.verified} of ${compensations.total} verified`,
    String(userRequests),
    `${failedRequests} (${userRequests === 0 ? '0.00' : ((100 * failedRequests) / userRequests).toFixed(2)} %)`,
    `${seconds} s`,
  ]);
  console.log('');
  for (const line of alignColumns([
    ['release', 'outcome', 'undone', 'users’ requests', 'of them failed', 'time'],
    ...rows,
  ])) {
    console.log(line);
  }
}

export function writeJson(file: string, releases: readonly ReleaseSummary[]): void {
  writeFileSync(file, `${JSON.stringify({ releases }, null, 2)}\n`);
}
