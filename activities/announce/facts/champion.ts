import type { ChampionFacts } from '../../../core/forge-view.ts';
import type { ModelRegistry } from '../../../core/ports/model-registry.ts';
import { evaluatedMetrics } from '../../registry/judge-candidate.ts';

/** The version with the alias `champion`, as its release tagged it; null where there is none. @throws LonghaulError Unreachable, Rejected */
export async function readChampion(registry: ModelRegistry, model: string): Promise<ChampionFacts | null> {
  const number = await registry.getAlias(model, 'champion');
  if (number === null) return null;
  const version = await registry.describe(model, number);
  const data = (version.tags['longhaul.data'] ?? '').split(' ').filter((pair) => pair.includes('@'));
  return {
    version: number,
    metrics: await evaluatedMetrics(registry, version),
    data: Object.fromEntries(
      data.map((pair) => [pair.slice(0, pair.lastIndexOf('@')), pair.slice(pair.lastIndexOf('@') + 1)]),
    ),
  };
}
