import { join } from 'node:path';
import { expect, it } from 'vitest';
import { staleIn } from '../../scripts/generated-files.ts';
import { monitoringFiles } from '../../scripts/generate-monitoring.ts';

it('the dashboards and docs/metrics.md are what the metrics in core/monitoring say', () => {
  expect(staleIn(join(import.meta.dirname, '../..'), monitoringFiles())).toEqual([]);
});
