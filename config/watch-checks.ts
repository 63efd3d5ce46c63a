import { canaryStages } from '../core/canary.ts';
import { writeDuration } from './duration.ts';
import type { KeyPath, Problem } from './problem.ts';
import type { ReleaseConfig } from './release-config.ts';
import { valueAt } from './schema-problems.ts';
import type { YamlSource } from './yaml-source.ts';

/** A watch that would end before its first look. `sources` are the files that were laid over each other, in order. */
export function checkWatchTimes(release: ReleaseConfig, sources: readonly YamlSource[]): readonly Problem[] {
  const { canary, stabilization } = release;
  const stages = canaryStages({ weights: canary.weights, durationMs: canary.duration });
  const shortest = Math.min(...stages.map(({ bakeMs }) => bakeMs));
  return [
    ...tooLong(
      ['release', 'canary', 'interval'],
      canary.interval,
      shortest,
      'a weight of the canary is held',
      sources,
    ),
    ...tooLong(
      ['release', 'stabilization', 'interval'],
      stabilization.interval,
      stabilization.duration,
      'the stabilization lasts',
      sources,
    ),
  ];
}

function tooLong(
  path: KeyPath,
  interval: number,
  available: number,
  what: string,
  sources: readonly YamlSource[],
): readonly Problem[] {
  const stating = sources.findLast(({ data }) => valueAt(data, path) !== undefined) ?? sources[0];
  if (interval <= available || stating === undefined) return [];
  const message = `is ${writeDuration(interval)}, but ${what} for ${writeDuration(available)} only`;
  return [stating.problem(path, message, 'give a shorter interval, or a longer duration')];
}
