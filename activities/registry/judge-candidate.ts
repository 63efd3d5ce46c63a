import { z } from 'zod';
import { metricGate } from '../../core/gate.ts';
import type { ModelRegistry } from '../../core/ports/model-registry.ts';
import type { ModelVersion } from '../../core/serving.ts';
import type { RegistryActivities } from '../contracts.ts';
import { jsonOrNull } from '../json.ts';

/** The tag that keeps what the evaluation step measured, beside what the trainer logged of itself. */
const METRICS_TAG = 'longhaul.metrics';

/** Asks core/gate.ts about the candidate's metrics and those of the version with the alias `champion`. */
export async function judgeCandidate(
  registry: ModelRegistry,
  input: Parameters<RegistryActivities['judgeCandidate']>[0],
): ReturnType<RegistryActivities['judgeCandidate']> {
  const { model, metrics, minimum, noWorseThanChampionBy } = input;
  const championVersion = await registry.getAlias(model, 'champion');
  const champion =
    championVersion === null
      ? null
      : await evaluatedMetrics(registry, await registry.describe(model, championVersion));
  const answer = metricGate({ candidate: metrics, champion, minimum, noWorseThanChampionBy });
  return { ...answer, championVersion };
}

const metricsOfTag = z.record(z.string(), z.number());

/** What the evaluation of a version measured, else what its run has. @throws LonghaulError Unreachable, Rejected */
export async function evaluatedMetrics(
  registry: ModelRegistry,
  version: ModelVersion,
): Promise<Readonly<Record<string, number>>> {
  const told = version.tags[METRICS_TAG];
  if (told !== undefined) {
    const parsed = metricsOfTag.safeParse(jsonOrNull(told));
    if (parsed.success) return parsed.data;
  }
  return version.runId === '' ? {} : registry.metrics(version.runId);
}
