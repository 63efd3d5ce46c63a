import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadProject } from '../../config/load-project.ts';
import { serverConfigSchema } from '../../config/server-config.ts';
import { orderSteps } from '../../core/graph.ts';

const flights = join(import.meta.dirname, '../../examples/flights');
const files = (path: string): string | null =>
  existsSync(join(flights, path)) ? readFileSync(join(flights, path), 'utf8') : null;

const server = serverConfigSchema.parse({
  version: 1,
  projects: { 'longhaul/flights': { url: 'file:///flights.git' } },
  environments: {
    staging: { target: 'local', port: 8101 },
    production: { target: 'local', port: 8102, overlays: ['demo'] },
  },
  secrets: { API_TOKEN: { env: 'API_TOKEN' } },
});

function resolve(overlays: readonly string[]) {
  const { production, staging } = server.environments;
  if (production === undefined || staging === undefined) throw new Error('no environments');
  const environments = { staging, production: { ...production, overlays: [...overlays] } };
  const result = loadProject({ files, server: { ...server, environments } });
  if (!result.ok || result.releasePlan === undefined) throw new Error(JSON.stringify(result, null, 2));
  return { ci: result.ciPlan, release: result.releasePlan };
}

describe('the sample project', () => {
  it('has the guide’s steps, and pulls the data that it names', () => {
    const { ci, release } = resolve([]);
    expect(orderSteps(ci.steps).map(({ name }) => name)).toEqual([
      'lint',
      'unit-tests',
      'data-validation',
      'feature-tests',
      'train-sample',
      'evaluate',
    ]);
    const targets = [...ci.steps, release.train, release.evaluate].flatMap(({ data }) => data);
    expect(targets.filter((target) => files(`${target}.dvc`) === null)).toEqual([]);
  });

  it('has its server in an image of the commit, for a cluster', () => {
    expect(resolve([]).release.serve).toMatchObject({
      requirements: ['requirements.txt'],
      container: { image: 'longhaul.test/flights:${COMMIT}', startedBy: 'run', port: 8000 },
    });
  });

  it('keeps the guide’s figures outside the demo', () => {
    const { release } = resolve([]);
    expect(release).toMatchObject({
      minimum: { accuracy: 0.85 },
      canary: { durationMs: 600_000 },
      stabilization: { durationMs: 300_000 },
    });
    expect(release.loadTest.stages).toBeUndefined();
  });

  it('is released within two minutes of watching and testing in the demo', () => {
    const { release } = resolve(['demo']);
    const load = (release.loadTest.stages ?? []).reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(load + release.canary.durationMs + release.stabilization.durationMs).toBeLessThanOrEqual(120_000);
    expect(release.production).toMatchObject({
      replicas: 2,
      overlay: { LONGHAUL_CONFIG_TRAINING_EPOCHS: '6', LONGHAUL_CONFIG_MODEL_BATCH_SIZE: '64' },
    });
  });
});
