import type { MetricSpec } from '../../core/monitoring/metric.ts';
import { recordMetrics } from '../../core/monitoring/record-metrics.ts';
import { webhookMetrics } from '../../core/monitoring/webhook-metrics.ts';
import { workerMetrics } from '../../core/monitoring/worker-metrics.ts';

/** The reference of all metrics, in Markdown. */
export const metricsPage = (): string => `# Metrics

Generated from \`core/monitoring/\` by \`node scripts/generate-monitoring.ts\`. Where they are served, what they
cost and how the dashboards are loaded: [Monitoring](monitoring.md).

No label holds a commit, a run or a release. \`project\` is \`owner/repo\`, \`step\` the name in the file (all
combinations of a matrix are one step), \`window\` one of \`1d\`, \`7d\`, \`30d\`, looking back from the moment.

## Counted by every worker

Each has the label \`queue\` besides those named. A counter is told as 0 when its activity begins, so that
\`increase()\` and \`rate()\` see the first one.

${table(workerMetrics)}

Beside these: memory, CPU, event loop and garbage collection of the process (\`process_…\`, \`nodejs_…\`).

## Told from records

Served by the orchestration worker, without the label \`queue\`. They are gauges: of several orchestration
workers each tells the same, so take \`max\` before a sum.

${table(recordMetrics)}

## Counted by the webhook server

At its own \`/metrics\`, without the label \`queue\`: [Webhooks](webhooks.md).

${table(webhookMetrics)}

## Of Temporal's SDK

On the second port of each worker: \`temporal_…\`, in seconds, with the label \`queue\`. They are described in
Temporal's own documentation.
`;

const table = (metrics: Readonly<Record<string, MetricSpec>>): string =>
  [
    '| metric | kind | labels | meaning |',
    '| --- | --- | --- | --- |',
    ...Object.values(metrics).map(
      ({ name, kind, labels, help }) =>
        `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
    ),
  ].join('\n');
