/**
 * Writes the Grafana dashboards and docs/metrics.md, from the metrics in core/monitoring.
 * `node scripts/generate-monitoring.ts` writes them; with `--check` it only tells whether they are current.
 */
import { join } from 'node:path';
import { dashboards } from './dashboards/dashboards.ts';
import { metricsPage } from './dashboards/metrics-page.ts';
import { writeOrCheck } from './generated-files.ts';
import type { GeneratedFiles } from './generated-files.ts';

/** The text of every generated file by its path in the repository. */
export function monitoringFiles(): GeneratedFiles {
  const boards = dashboards().map((board): [string, string] => [
    `k8s/deploy/grafana/${board.uid ?? ''}.json`,
    `${JSON.stringify(board, null, 2)}\n`,
  ]);
  return new Map([...boards, ['docs/metrics.md', metricsPage()]]);
}

if (import.meta.main) {
  writeOrCheck(join(import.meta.dirname, '..'), monitoringFiles(), 'node scripts/generate-monitoring.ts');
}
