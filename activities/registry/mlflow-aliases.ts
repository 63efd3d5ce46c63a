import { z } from 'zod';
import { LonghaulError } from '../../core/errors.ts';
import type { ModelRegistry } from '../../core/ports/model-registry.ts';
import { anyAnswer, nullOn } from './mlflow-http.ts';
import type { MlflowHttp } from './mlflow-http.ts';

const modelAnswer = z.object({
  registered_model: z.object({
    aliases: z.array(z.object({ alias: z.string(), version: z.string() })).default([]),
  }),
});

/** The version with the alias; null when no version has it, or there is no such model yet. */
export async function getAlias(http: MlflowHttp, model: string, alias: string): Promise<string | null> {
  const answer = await nullOn(
    'NotFound',
    http.get('mlflow/registered-models/get', { name: model }, modelAnswer),
  );
  return answer?.registered_model.aliases.find((one) => one.alias === alias)?.version ?? null;
}

/**
 * Compares, sets, reads back. An alias that is already as wanted is left alone, so a second call after a lost
 * answer is no conflict. MLflow has no conditional write: a change between the compare and the set is not seen.
 */
export async function setAlias(
  http: MlflowHttp,
  input: Parameters<ModelRegistry['setAlias']>[0],
): Promise<void> {
  const { model, alias, version, expected } = input;
  const before = await getAlias(http, model, alias);
  if (before === version) return;
  if (expected !== undefined && before !== expected) {
    throw new LonghaulError(
      'Conflict',
      `The alias ${alias} of ${model} is on ${told(before)}, not on ${told(expected)}: somebody else moved it.`,
      { mend: 'Look at who did in MLflow, and start the release anew.' },
    );
  }
  await write(http, model, alias, version);
  const after = await getAlias(http, model, alias);
  if (after === version) return;
  throw new LonghaulError(
    'NotVerified',
    `The alias ${alias} of ${model} was put on ${told(version)} but reads ${told(after)}.`,
    { mend: 'Something else writes this alias; Longhaul has to be its only writer.' },
  );
}

const write = (http: MlflowHttp, name: string, alias: string, version: string | null): Promise<unknown> =>
  version === null
    ? http.send('DELETE', 'mlflow/registered-models/alias', { name, alias }, anyAnswer)
    : http.send('POST', 'mlflow/registered-models/alias', { name, alias, version }, anyAnswer);

const told = (version: string | null): string => (version === null ? 'no version' : `version ${version}`);
