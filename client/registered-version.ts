import { z } from 'zod';
import { LonghaulError } from '../core/errors.ts';
import type { ModelVersion } from '../core/serving.ts';

const patienceMs = 10_000;

/** A version of a model, and why it was chosen. */
export interface ChosenVersion {
  readonly version: Omit<ModelVersion, 'tags'>;
  readonly because: 'asked for' | 'the champion' | 'the newest';
}

/**
 * The version that is asked for, else the champion, else the newest that is registered.
 *
 * @throws LonghaulError NotFound with what to type, Unreachable
 */
export async function chooseVersion(
  trackingUri: string,
  model: string,
  asked: string | undefined,
): Promise<ChosenVersion> {
  if (asked !== undefined) {
    const answer = await ask(trackingUri, 'model-versions/get', { name: model, version: asked }, oneVersion);
    if (answer !== null) return { version: toVersion(answer.model_version), because: 'asked for' };
    throw notRegistered(`version ${asked} of ${model}`, trackingUri, 'Name one that is: --version N');
  }
  const registered = await ask(trackingUri, 'registered-models/get', { name: model }, registeredModel);
  const champion = registered?.registered_model.aliases.find(({ alias }) => alias === 'champion');
  if (champion !== undefined)
    return { ...(await chooseVersion(trackingUri, model, champion.version)), because: 'the champion' };
  const found = await ask(
    trackingUri,
    'model-versions/search',
    { filter: `name = '${model.replaceAll("'", '')}'`, order_by: 'version_number DESC', max_results: '1' },
    versions,
  );
  const [newest] = found?.model_versions ?? [];
  if (newest !== undefined) return { version: toVersion(newest), because: 'the newest' };
  throw notRegistered(
    `a version of ${model}`,
    trackingUri,
    'Its first release registers one: longhaul release start',
  );
}

const version = z.object({
  name: z.string(),
  version: z.string(),
  run_id: z.string().default(''),
  source: z.string().default(''),
});
const oneVersion = z.object({ model_version: version });
const versions = z.object({ model_versions: z.array(version).default([]) });
const registeredModel = z.object({
  registered_model: z.object({
    aliases: z.array(z.object({ alias: z.string(), version: z.string() })).default([]),
  }),
});

const toVersion = ({ name, version: number, run_id: runId, source }: z.output<typeof version>) => ({
  ...{ model: name, version: number, runId, source },
});

const notRegistered = (what: string, trackingUri: string, mend: string): LonghaulError =>
  new LonghaulError('NotFound', `MLflow at ${trackingUri} does not have ${what}.`, { mend });

/** Null for what does not exist. */
async function ask<T>(
  trackingUri: string,
  path: string,
  parameters: Readonly<Record<string, string>>,
  schema: z.ZodType<T>,
): Promise<T | null> {
  const query = new URLSearchParams(parameters).toString();
  const url = new URL(`/api/2.0/mlflow/${path}?${query}`, trackingUri);
  const { status, text } = await fetched(url, trackingUri);
  if (status === 404) return null;
  const parsed = status < 300 ? schema.safeParse(JSON.parse(text)) : null;
  if (parsed?.success === true) return parsed.data;
  throw new LonghaulError(
    status >= 500 ? 'Unreachable' : 'Rejected',
    `MLflow at ${trackingUri} answers ${status} to ${path}: ${text.slice(0, 200)}`,
  );
}

async function fetched(
  url: URL,
  trackingUri: string,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    return { status: answer.status, text: await answer.text() };
  } catch (cause) {
    throw new LonghaulError('Unreachable', `MLflow does not answer at ${trackingUri}.`, {
      mend: 'Start it with `longhaul up`, or set `mlflow.trackingUri` in the operator’s file.',
      cause,
    });
  }
}
