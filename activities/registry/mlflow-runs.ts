import { z } from 'zod';
import { LonghaulError } from '../../core/errors.ts';
import type { ModelRegistry } from '../../core/ports/model-registry.ts';
import { anyAnswer, filterLiteral, nullOn } from './mlflow-http.ts';
import type { MlflowHttp } from './mlflow-http.ts';

/** The tag that makes the same key the same run. */
const KEY_TAG = 'longhaul.key';

const tag = z.object({ key: z.string(), value: z.string().default('') });

/** A run, as far as Longhaul reads it. MLflow leaves out empty lists. */
export const run = z.object({
  info: z.object({
    run_id: z.string(),
    status: z.string(),
    artifact_uri: z.string().default(''),
    end_time: z.number().optional(),
  }),
  data: z
    .object({
      metrics: z.array(z.object({ key: z.string(), value: z.unknown() })).default([]),
      tags: z.array(tag).default([]),
    })
    .default({ metrics: [], tags: [] }),
  outputs: z
    .object({
      model_outputs: z.array(z.object({ model_id: z.string(), step: z.number().default(0) })).default([]),
    })
    .default({ model_outputs: [] }),
});
export type Run = z.output<typeof run>;

export const getRun = async (http: MlflowHttp, runId: string): Promise<Run> =>
  (await http.get('mlflow/runs/get', { run_id: runId }, z.object({ run }))).run;

type OpenRun = Parameters<ModelRegistry['openRun']>[0];

/**
 * Finds the run with the key's tag, or creates it, experiment included. MLflow has no conditional create: when two
 * calls create at the same moment, both look again and keep the older run.
 */
export async function openRun(http: MlflowHttp, input: OpenRun): Promise<string> {
  const experiment = await ensureExperiment(http, input.experiment);
  const found = await oldestRunOfKey(http, experiment, input.key);
  if (found !== null) return found;
  const created = await createRun(http, experiment, input);
  const kept = (await oldestRunOfKey(http, experiment, input.key)) ?? created;
  if (kept !== created) await http.send('POST', 'mlflow/runs/delete', { run_id: created }, anyAnswer);
  return kept;
}

async function createRun(http: MlflowHttp, experiment: string, input: OpenRun): Promise<string> {
  const tags = Object.entries({ ...input.tags, [KEY_TAG]: input.key });
  const answer = await http.send(
    'POST',
    'mlflow/runs/create',
    {
      experiment_id: experiment,
      run_name: input.name,
      start_time: Date.now(),
      tags: tags.map(([key, value]) => ({ key, value })),
    },
    z.object({ run }),
  );
  return answer.run.info.run_id;
}

async function oldestRunOfKey(http: MlflowHttp, experiment: string, key: string): Promise<string | null> {
  const answer = await http.send(
    'POST',
    'mlflow/runs/search',
    {
      experiment_ids: [experiment],
      filter: `tags.\`${KEY_TAG}\` = ${filterLiteral(key)}`,
      order_by: ['attributes.start_time ASC', 'attributes.run_id ASC'],
      max_results: 1,
    },
    z.object({ runs: z.array(run).default([]) }),
  );
  return answer.runs[0]?.info.run_id ?? null;
}

const experimentAnswer = z.object({
  experiment: z.object({ experiment_id: z.string(), lifecycle_stage: z.string() }),
});

async function ensureExperiment(http: MlflowHttp, name: string): Promise<string> {
  const read = () => http.get('mlflow/experiments/get-by-name', { experiment_name: name }, experimentAnswer);
  const found = await nullOn('NotFound', read());
  if (found === null) {
    const create = http.send(
      'POST',
      'mlflow/experiments/create',
      { name },
      z.object({ experiment_id: z.string() }),
    );
    // Conflict: somebody else has created it since.
    const created = await nullOn('Conflict', create);
    if (created !== null) return created.experiment_id;
  }
  const { experiment } = found ?? (await read());
  if (experiment.lifecycle_stage !== 'deleted') return experiment.experiment_id;
  throw new LonghaulError('Rejected', `The experiment ${name} is deleted in MLflow.`, {
    mend: `Restore it (mlflow experiments restore --experiment-id ${experiment.experiment_id}), or name another one in longhaul.yaml.`,
  });
}

/** Ends the run, unless it has already ended that way: its trainer's own end time is kept. */
export async function closeRun(
  http: MlflowHttp,
  runId: string,
  status: 'FINISHED' | 'FAILED' | 'KILLED',
): Promise<void> {
  const { info } = await getRun(http, runId);
  if (info.status === status && info.end_time !== undefined) return;
  await http.send('POST', 'mlflow/runs/update', { run_id: runId, status, end_time: Date.now() }, anyAnswer);
}

/** Latest value of each metric; values that are no finite numbers are left out. */
export async function runMetrics(http: MlflowHttp, runId: string): Promise<Readonly<Record<string, number>>> {
  const { data } = await getRun(http, runId);
  const numbers = data.metrics.map(({ key, value }) => [key, value] as const);
  return Object.fromEntries(numbers.filter((entry): entry is [string, number] => Number.isFinite(entry[1])));
}
