/** What the servers themselves say, past all of Longhaul's own code and records. */
import { readRoutes } from '../../../local/envoy/admin.ts';
import { routeName } from '../../../local/envoy/names.ts';
import { model } from './stack.ts';
import type { Stack } from './stack.ts';

interface Version {
  readonly version: string;
  readonly run_id: string;
}

/** The version that an alias names in MLflow; null for none. */
export async function aliased(stack: Stack, alias: string): Promise<string | null> {
  const query = new URLSearchParams({ name: model, alias });
  const answer = await fetch(mlflow(stack, `registered-models/alias?${query.toString()}`));
  if (!answer.ok) return null;
  return ((await answer.json()) as { model_version: Version }).model_version.version;
}

/** The versions that MLflow has of the model. */
export async function registeredVersions(stack: Stack): Promise<readonly Version[]> {
  const query = new URLSearchParams({ filter: `name = '${model}'`, max_results: '1000' });
  const answer = await fetch(mlflow(stack, `model-versions/search?${query.toString()}`));
  return ((await answer.json()) as { model_versions?: Version[] }).model_versions ?? [];
}

/** Ids of the MLflow runs that carry the release's tag. */
export async function runsOf(stack: Stack, release: string): Promise<readonly string[]> {
  const get = await fetch(mlflow(stack, 'experiments/get-by-name?experiment_name=production'));
  const { experiment } = (await get.json()) as { experiment: { experiment_id: string } };
  const answer = await fetch(mlflow(stack, 'runs/search'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      experiment_ids: [experiment.experiment_id],
      filter: `tags."longhaul.release" = '${release}'`,
    }),
  });
  return (
    ((await answer.json()) as { runs?: { info: { run_id: string } }[] }).runs?.map(
      ({ info }) => info.run_id,
    ) ?? []
  );
}

const mlflow = ({ config }: Stack, path: string): string =>
  `${config.mlflow.trackingUri}/api/2.0/mlflow/${path}`;

/** Percent of production's requests by the arm that gets them, as Envoy has it. */
export async function productionWeights({ config }: Stack): Promise<Readonly<Record<string, number>>> {
  const routes = await readRoutes(config.local.ports.envoyAdmin);
  const weights =
    routes.get(routeName({ model, environment: 'production' }))?.weights ?? new Map<string, number>();
  return Object.fromEntries([...weights].filter(([, weight]) => weight > 0));
}
