import { z } from 'zod';
import { LonghaulError } from '../../core/errors.ts';
import type { Sample } from '../../core/sli.ts';
import { ask, shortened } from '../http.ts';
import { jsonOrNull } from '../json.ts';

/** One series of an answer: its labels, and its raw samples in the order of time. */
export interface LabelledSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly Sample[];
}

/** Prometheus's HTTP API, as far as Longhaul asks it. */
export interface PrometheusHttp {
  readonly url: string;
  /** Raw samples of a range vector such as `requests_total[60s]`. */
  matrix(query: string): Promise<readonly LabelledSeries[]>;
  /** Labels of each element of an instant vector. */
  labels(query: string): Promise<readonly Readonly<Record<string, string>>[]>;
}

const labels = z.record(z.string(), z.string());
const sample = z.tuple([z.number(), z.string().transform(Number)]);
const matrixData = z.object({
  resultType: z.literal('matrix'),
  result: z.array(z.object({ metric: labels, values: z.array(sample).default([]) })),
});
const vectorData = z.object({
  resultType: z.literal('vector'),
  result: z.array(z.object({ metric: labels })),
});

/** Every query is sent once, with a timeout in milliseconds. @throws LonghaulError Unreachable, Rejected */
export function createPrometheusHttp(url: string, timeoutMs: number): PrometheusHttp {
  const root = url.replace(/\/+$/, '');

  async function query<T>(promql: string, data: z.ZodType<T>): Promise<T> {
    const answer = await ask({
      method: 'GET',
      url: `${root}/api/v1/query?${new URLSearchParams({ query: promql }).toString()}`,
      timeoutMs,
      mend: 'Start the local stack with `longhaul up`, or check `prometheus` of the environment in longhaul.server.yaml.',
    });
    const parsed = z.object({ data }).safeParse(jsonOrNull(answer.text));
    if (answer.status === 200 && parsed.success) return parsed.data.data;
    throw new LonghaulError(
      'Rejected',
      `Prometheus at ${root} answered ${answer.status} to ${promql}: ${shortened(answer.text)}`,
      {
        mend: 'Check `prometheus` of the environment in longhaul.server.yaml and `metrics` in longhaul.yaml.',
      },
    );
  }

  return {
    url: root,
    async matrix(promql) {
      const { result } = await query(promql, matrixData);
      return result.map(({ metric, values }) => ({ labels: metric, samples: values }));
    },
    async labels(promql) {
      return (await query(promql, vectorData)).result.map(({ metric }) => metric);
    },
  };
}
