/* eslint-disable @typescript-eslint/no-deprecated -- every Grafana loads this format; the one in its place needs version 12 */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  CustomVariableBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dashboard, Panel, VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import { recordMetrics, windows } from '../../core/monitoring/record-metrics.ts';
import { datasource } from './panels.ts';
import { releasePanels } from './releases.ts';
import { workerPanels } from './workers.ts';

/** Both dashboards, as Grafana imports and provisions them. */
export const dashboards = (): readonly Dashboard[] => [
  dashboard({
    uid: 'longhaul-releases',
    title: 'Longhaul: releases',
    about: 'What waits on whom, how releases end, and what CI and training cost.',
    variables: [
      choice('project', 'Project', '{__name__=~"longhaul_.+"}'),
      choice('environment', 'Environment', recordMetrics.laneWaiting.name),
      spans(),
    ],
    rows: releasePanels,
  }),
  dashboard({
    uid: 'longhaul-workers',
    title: 'Longhaul: workers',
    about: 'Queues, activities, steps, workflows and the processes of the workers.',
    variables: [
      choice('queue', 'Queue', recordMetrics.queuePollers.name),
      choice('project', 'Project', '{__name__=~"longhaul_.+"}'),
    ],
    rows: workerPanels,
  }),
];

interface Plan {
  readonly uid: string;
  readonly title: string;
  readonly about: string;
  readonly variables: readonly Builder<VariableModel>[];
  readonly rows: Readonly<Record<string, readonly Builder<Panel>[]>>;
}

function dashboard({ uid, title, about, variables, rows }: Plan): Dashboard {
  const board = new DashboardBuilder(title)
    .uid(uid)
    .description(about)
    .tags(['longhaul'])
    .readonly()
    .refresh('30s')
    .time({ from: 'now-6h', to: 'now' })
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'));
  for (const variable of variables) board.withVariable(variable);
  for (const [heading, panels] of Object.entries(rows)) {
    board.withRow(new RowBuilder(heading));
    for (const panel of panels) board.withPanel(panel);
  }
  const built = board.build();
  return { ...built, panels: (built.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 })) };
}

/** Values of a label; any number of them, all at first. */
const choice = (label: string, title: string, metric: string): Builder<VariableModel> =>
  new QueryVariableBuilder(label)
    .label(title)
    .datasource(datasource)
    .query(`label_values(${metric}, ${label})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: ['All'], value: ['$__all'] });

/** How far records look back. */
const spans = (): Builder<VariableModel> =>
  new CustomVariableBuilder('window')
    .label('Window')
    .values(Object.keys(windows).join(','))
    .options(Object.keys(windows).map((span) => ({ selected: span === '7d', text: span, value: span })))
    .current({ selected: true, text: '7d', value: '7d' });
