import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatten, isMapping, layOver } from '../../config/overlays.ts';

const key = fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/);
const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean());
const { tree } = fc.letrec((tie) => ({
  tree: fc.dictionary(key, fc.oneof({ weight: 3, arbitrary: scalar }, fc.array(scalar), tie('tree')), {
    maxKeys: 5,
  }),
}));

/** Every path to a value that is no mapping, as text. */
const leaves = (value: unknown, path = ''): readonly string[] =>
  isMapping(value)
    ? Object.entries(value).flatMap(([name, child]) => leaves(child, `${path}/${name}`))
    : [path];

const at = (value: unknown, path: string): unknown =>
  path
    .split('/')
    .slice(1)
    .reduce<unknown>((inside, name) => (isMapping(inside) ? inside[name] : undefined), value);

describe('laying one file over another', () => {
  it('keeps every value of the upper one', () => {
    fc.assert(
      fc.property(tree, tree, (base, over) => {
        const merged = layOver(base, over);
        for (const path of leaves(over)) expect(at(merged, path)).toEqual(at(over, path));
      }),
    );
  });

  it('keeps every key of the lower one that the upper one does not replace', () => {
    fc.assert(
      fc.property(tree, tree, (base, over) => {
        const merged = layOver(base, over);
        const replaced = leaves(over);
        for (const path of leaves(base)) {
          const hidden =
            at(over, path) !== undefined || replaced.some((upper) => path.startsWith(`${upper}/`));
          if (!hidden) expect(at(merged, path)).toEqual(at(base, path));
        }
      }),
    );
  });

  it('comes to the same whichever two are laid together first', () => {
    const mappingsOnly = fc.dictionary(key, fc.dictionary(key, scalar));
    fc.assert(
      fc.property(mappingsOnly, mappingsOnly, mappingsOnly, (a, b, c) => {
        expect(layOver(layOver(a, b), c)).toEqual(layOver(a, layOver(b, c)));
      }),
    );
  });

  it('replaces lists whole', () => {
    expect(layOver({ weights: [5, 100], duration: '10m' }, { weights: [100] })).toEqual({
      weights: [100],
      duration: '10m',
    });
  });
});

describe('what commands see of an environment', () => {
  it('names each value by its section and key', () => {
    const settings = {
      model: { batch_size: '64', precision: 'fp16' },
      deployment: { replicas: 4, resources: { gpu: 2, memory: '32Gi' } },
      monitoring: { alert_threshold_latency: '500ms' },
      release: { canary: { duration: '1m' } },
    };
    expect(flatten(settings)).toEqual({
      LONGHAUL_CONFIG_MODEL_BATCH_SIZE: '64',
      LONGHAUL_CONFIG_MODEL_PRECISION: 'fp16',
      LONGHAUL_CONFIG_DEPLOYMENT_REPLICAS: '4',
      LONGHAUL_CONFIG_DEPLOYMENT_RESOURCES_GPU: '2',
      LONGHAUL_CONFIG_DEPLOYMENT_RESOURCES_MEMORY: '32Gi',
      LONGHAUL_CONFIG_MONITORING_ALERT_THRESHOLD_LATENCY: '500ms',
    });
  });

  it('loses no setting of a section', () => {
    fc.assert(
      fc.property(fc.dictionary(key, scalar), (model) => {
        expect(Object.keys(flatten({ model }))).toHaveLength(Object.keys(model).length);
      }),
    );
  });
});
