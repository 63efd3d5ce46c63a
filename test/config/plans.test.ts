import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCycle } from '../../core/graph.ts';
import { ciOnly, loaded, operator, problems, withRelease } from './repository.ts';

const releaseOf = (files: Readonly<Record<string, string>>, ...rest: Parameters<typeof operator>) => {
  const { releasePlan } = loaded(files, operator(...rest));
  if (releasePlan === undefined) throw new Error('no release');
  return releasePlan;
};

it('a model without a name has the repository’s', () => {
  const file = withRelease.replace(/^model: .*\n/m, '');
  expect(releaseOf({ 'longhaul.yaml': file }).model).toBe('model');
});

it('extras of the whole file are of its requirements, not of a step’s own', () => {
  const file = `${ciOnly}python: { requirements: [pyproject.toml], extras: [test], groups: [dev] }
ci:
  steps:
    tests: { run: pytest }
    lint: { run: ruff check, requirements: [lint.txt] }
`;
  const { ciPlan } = loaded({ 'longhaul.yaml': file, 'pyproject.toml': '', 'lint.txt': '' });
  expect(ciPlan.steps.map(({ extras, groups }) => [extras, groups])).toEqual([
    [['test'], ['dev']],
    [undefined, undefined],
  ]);
});

describe('a file without steps', () => {
  const { ciPlan } = loaded({ 'longhaul.yaml': ciOnly });

  it('gets the guide’s graph', () => {
    expect(Object.fromEntries(ciPlan.steps.map(({ name, needs }) => [name, needs]))).toEqual({
      lint: [],
      'unit-tests': ['lint'],
      'data-validation': ['lint'],
      'feature-tests': ['lint'],
      'train-sample': ['unit-tests', 'data-validation', 'feature-tests'],
      evaluate: ['train-sample'],
    });
  });

  it('asks for 80 % coverage and trains two epochs on pulled data', () => {
    const step = (name: string) => ciPlan.steps.find((candidate) => candidate.name === name);
    expect(step('unit-tests')?.reports.coverage).toEqual({ file: 'coverage.xml', minimum: 80 });
    expect(step('train-sample')?.run[0]).toContain('--max-epochs 2');
    expect(step('train-sample')?.data).toEqual(['data/sample']);
  });

  it('has no circle and no unknown need, whatever else it says', () => {
    const extras = fc.record(
      {
        experiment: fc.stringMatching(/^[a-z]{1,8}$/),
        env: fc.dictionary(fc.stringMatching(/^[A-Z]{1,8}$/), fc.string()),
        python: fc.record({ version: fc.constantFrom('3.10', '3.12') }),
        ci: fc.constant({}),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(extras, (extra) => {
        const { ciPlan: plan } = loaded({
          'longhaul.yaml': JSON.stringify({ version: 1, project: 'team/model', model: 'churn', ...extra }),
        });
        expect(findCycle(plan.steps)).toBeNull();
        const names = plan.steps.map(({ name }) => name);
        expect(plan.steps.flatMap(({ needs }) => needs).filter((need) => !names.includes(need))).toEqual([]);
      }),
    );
  });
});

describe('steps of a file', () => {
  it('are taken in any graph without a circle, and refused with one', () => {
    const graphs = fc
      .integer({ min: 2, max: 8 })
      .chain((size) =>
        fc.tuple(
          fc.constant(size),
          fc.array(fc.tuple(fc.nat({ max: size - 1 }), fc.nat({ max: size - 1 })), { maxLength: 12 }),
        ),
      );
    fc.assert(
      fc.property(graphs, ([size, edges]) => {
        const forward = edges.filter(([from, to]) => from < to);
        const yaml = (pairs: readonly (readonly [number, number])[]): string => {
          const steps = Array.from({ length: size }, (_, index): [string, object] => [
            `step-${index}`,
            { run: 'true', needs: pairs.filter(([, to]) => to === index).map(([from]) => `step-${from}`) },
          ]);
          return JSON.stringify({
            version: 1,
            project: 'a/b',
            model: 'm',
            ci: { steps: Object.fromEntries(steps) },
          });
        };
        expect(problems({ 'longhaul.yaml': yaml(forward) })).toEqual([]);
        const [first] = forward;
        if (first === undefined) return;
        const circle = problems({ 'longhaul.yaml': yaml([...forward, [first[1], first[0]]]) });
        expect(circle.map(({ message }) => message)).toEqual([expect.stringContaining('circle')]);
      }),
    );
  });

  it('share Python, variables and secrets of the whole file, and keep their own', () => {
    const { ciPlan } = loaded({
      'base.txt': '',
      'longhaul.yaml': `${ciOnly}python: { version: "3.11", requirements: [base.txt] }
env: { SEED: 42, MODE: ci }
secrets: [TOKEN]
ci:
  steps:
    own: { run: [make, make test], requirements: [], env: { MODE: fast }, secrets: [KEY, TOKEN], timeout: 90s }
    shared: { run: make }
`,
    });
    expect(ciPlan.steps).toMatchObject([
      {
        run: ['make', 'make test'],
        requirements: [],
        env: { SEED: '42', MODE: 'fast' },
        secrets: ['TOKEN', 'KEY'],
        timeoutMs: 90_000,
      },
      {
        run: ['make'],
        requirements: ['base.txt'],
        python: '3.11',
        env: { SEED: '42', MODE: 'ci' },
        secrets: ['TOKEN'],
      },
    ]);
  });

  it('get numbers and booleans of `env` as they are written', () => {
    const { ciPlan } = loaded({
      'longhaul.yaml': `${ciOnly}env: { VERSION: 3.10, BIG: 1_0, FLAG: True, HEX: 0x10 }\n`,
    });
    expect(ciPlan.steps[0]?.env).toEqual({ VERSION: '3.10', BIG: '1_0', FLAG: 'True', HEX: '0x10' });
  });
});

describe('a release that names only its commands', () => {
  const plan = releaseOf({ 'longhaul.yaml': withRelease });

  it('has the guide’s figures', () => {
    expect(plan.minimum).toEqual({ accuracy: 0.85 });
    expect(plan.train.timeoutMs).toBe(6 * 3_600_000);
    expect(plan.approval).toEqual({ required: true, expiresMs: 7 * 86_400_000 });
    expect(plan.loadTest).toMatchObject({ p95LimitMs: 500, errorLimit: 0.01 });
    expect(plan.canary).toMatchObject({ weights: [5, 25, 50, 100], durationMs: 600_000 });
    expect(plan.canary.watch).toMatchObject({
      intervalMs: 10_000,
      guardrails: [{ sli: 'errors', limit: 0.01 }],
    });
    expect(plan.stabilization.durationMs).toBe(300_000);
    expect(plan.stabilization.watch.guardrails).toEqual([
      { sli: 'errors', limit: 0.05 },
      { sli: 'latency', limit: 0.05, thresholdSeconds: 2 },
    ]);
    expect([plan.staging.replicas, plan.production.replicas]).toEqual([1, 10]);
    expect(plan.metrics).toEqual({
      requests: 'model_requests_total',
      errors: 'model_errors_total',
      latency: 'model_latency',
    });
  });

  it('trains on the gpu queue, and evaluates what the training left', () => {
    expect(plan.train.queue).toBe('gpu');
    expect(plan.evaluate).toMatchObject({ needs: ['train'], reports: { metrics: { file: 'metrics.json' } } });
  });
});

describe('environments', () => {
  const staging =
    'model: { batch_size: 32, precision: fp32 }\nmonitoring: { alert_threshold_error_rate: 5 % }\n';
  const production = `model: { batch_size: 64, precision: fp16, version: 1.10 }
deployment: { replicas: 4, resources: { gpu: 2, memory: 32Gi } }
monitoring: { alert_threshold_latency: 500ms, alert_threshold_error_rate: 0.02 }
`;
  const files = {
    'longhaul.yaml': withRelease,
    'environments/staging.yaml': staging,
    'environments/production.yaml': production,
  };

  it('give CI staging’s values, and each environment its own', () => {
    const { ciPlan, releasePlan } = loaded(files, operator());
    expect(ciPlan.overlay).toMatchObject({ LONGHAUL_CONFIG_MODEL_BATCH_SIZE: '32' });
    expect(releasePlan?.staging.overlay).toEqual(ciPlan.overlay);
    expect(releasePlan?.production).toMatchObject({
      replicas: 4,
      overlay: {
        LONGHAUL_CONFIG_MODEL_BATCH_SIZE: '64',
        LONGHAUL_CONFIG_MODEL_VERSION: '1.10',
        LONGHAUL_CONFIG_DEPLOYMENT_RESOURCES_MEMORY: '32Gi',
      },
    });
  });

  it('watch the canary at production’s alert thresholds', () => {
    expect(releaseOf(files).canary.watch.guardrails).toEqual([
      { sli: 'errors', limit: 0.02 },
      { sli: 'latency', limit: 0.05, thresholdSeconds: 0.5 },
    ]);
  });

  it('yield to limits that the canary states itself', () => {
    const own = { ...files, 'longhaul.yaml': `${withRelease}  canary: { errors: 3 %, p95: 1s }\n` };
    expect(releaseOf(own).canary.watch.guardrails).toEqual([
      { sli: 'errors', limit: 0.03 },
      { sli: 'latency', limit: 0.05, thresholdSeconds: 1 },
    ]);
  });

  it('take the operator’s overlays on top', () => {
    const demo = `deployment: { replicas: 2 }
training: { epochs: 6 }
release:
  canary: { duration: 60s, interval: 3s }
  loadTest: { stages: [{ duration: 5s, target: 5 }] }
  train: { env: { FAST: 1 } }
`;
    const withDemo = { ...files, 'environments/demo.yaml': demo };
    const plan = releaseOf(withDemo, { overlays: ['demo'] });
    expect(plan.production.replicas).toBe(2);
    expect(plan.production.overlay).toMatchObject({
      LONGHAUL_CONFIG_TRAINING_EPOCHS: '6',
      LONGHAUL_CONFIG_MODEL_BATCH_SIZE: '64',
    });
    expect(plan.canary).toMatchObject({ durationMs: 60_000, weights: [5, 25, 50, 100] });
    expect(plan.loadTest.stages).toEqual([{ durationMs: 5_000, target: 5 }]);
    expect(plan.train.env).toEqual({ FAST: '1' });
    expect(releaseOf(withDemo).canary.durationMs).toBe(600_000);
  });
});

describe('the resolved configuration', () => {
  it('is the same text for the same meaning, and another for another', () => {
    const text = (yaml: string): string => loaded({ 'longhaul.yaml': yaml }, operator()).resolvedJson;
    const commented = withRelease.replace('version: 1', '# a comment\n"version": 1');
    expect(text(commented)).toBe(text(withRelease));
    expect(text(`${withRelease}  canary: { errors: 2 % }\n`)).not.toBe(text(withRelease));
  });

  it('has no release without one in the file', () => {
    expect(loaded({ 'longhaul.yaml': ciOnly }).releasePlan).toBeUndefined();
  });
});
