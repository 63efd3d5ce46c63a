/** The few kinds of panels that the dashboards are made of, by Grafana's own builders. */
import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
  TooltipDisplayMode,
} from '@grafana/grafana-foundation-sdk/common';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

/** A question of an operator, and the queries that answer it. */
export interface Question {
  readonly title: string;
  /** What is seen, and from when on something is to be done. */
  readonly about: string;
  /** A unit of Grafana's: `s`, `percentunit`, `bytes`; `short` when absent. */
  readonly unit?: string;
  /** PromQL by what its series are called, in Grafana's notation (`{{step}}`). */
  readonly queries: Readonly<Record<string, string>>;
  /** From which values on it is told in orange, and in red. */
  readonly alarming?: readonly [orange: number, red: number];
  /** Columns of 24. */
  readonly width?: number;
  /** What stands in place of no answer. */
  readonly none?: string;
}

export const datasource = { type: 'prometheus', uid: '${datasource}' };

/** One number or a few, as of now. */
export const numbers = (question: Question): Builder<Panel> =>
  common(new stat.PanelBuilder(), question, 4, 4)
    .targets(instantQueries(question))
    .thresholds(thresholds(question))
    .colorMode(question.alarming === undefined ? BigValueColorMode.None : BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .reduceOptions(newest);

/** A bar for each series, as of now. */
export const bars = (question: Question): Builder<Panel> =>
  common(new bargauge.PanelBuilder(), question, 8, 8)
    .targets(instantQueries(question))
    .thresholds(thresholds(question))
    .orientation(VizOrientation.Horizontal)
    .reduceOptions(newest)
    .min(0);

/** A line for each series. */
export const lines = (question: Question): Builder<Panel> => overTime(question).fillOpacity(8).lineWidth(1);

/** Stacked bars, for what is counted. */
export const stacks = (question: Question): Builder<Panel> =>
  overTime(question)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(70)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal));

const overTime = (question: Question): timeseries.PanelBuilder =>
  common(new timeseries.PanelBuilder(), question, 12, 8)
    .targets(queries(question).map((query) => query.range()))
    .thresholds(thresholds(question))
    .legend(new VizLegendOptionsBuilder().showLegend(true).calcs(['lastNotNull', 'max']))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .min(0);

/** A row for each series of the one query, a column for each label that is named. */
export const rows = (question: Question, columns: readonly string[], value: string): Builder<Panel> =>
  common(new table.PanelBuilder(), question, 12, 8)
    .targets(instantQueries(question).map((target) => target.format(PromQueryFormat.Table)))
    .thresholds(thresholds(question))
    .transformations([
      {
        id: 'organize',
        options: {
          excludeByName: { Time: true },
          indexByName: Object.fromEntries([...columns, 'Value'].map((column, index) => [column, index])),
          renameByName: { Value: value },
        },
      },
      { id: 'sortBy', options: { sort: [{ field: value, desc: true }] } },
    ]);

const queries = ({ queries: asked }: Question): DataqueryBuilder[] =>
  Object.entries(asked).map(([legend, expr], index) =>
    new DataqueryBuilder()
      .refId(String.fromCharCode(65 + index))
      .datasource(datasource)
      .expr(expr)
      .legendFormat(legend),
  );

const instantQueries = (question: Question): DataqueryBuilder[] =>
  queries(question).map((query) => query.instant());

const newest = new ReduceDataOptionsBuilder().calcs(['lastNotNull']);

type AnyPanel = stat.PanelBuilder | bargauge.PanelBuilder | timeseries.PanelBuilder | table.PanelBuilder;

function common<P extends AnyPanel>(panel: P, question: Question, width: number, height: number): P {
  panel
    .title(question.title)
    .description(question.about)
    .datasource(datasource)
    .unit(question.unit ?? 'short')
    .span(question.width ?? width)
    .height(height);
  if (question.none !== undefined) panel.noValue(question.none);
  return panel;
}

const thresholds = ({ alarming }: Question): ThresholdsConfigBuilder => {
  const [orange, red] = alarming ?? [];
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([
      { value: null, color: 'green' },
      ...(orange === undefined ? [] : [{ value: orange, color: 'orange' }]),
      ...(red === undefined ? [] : [{ value: red, color: 'red' }]),
    ]);
};
