import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LonghaulError } from '../../../core/errors.ts';
import type { Manifest } from '../../../k8s/api/cluster.ts';
import { keys } from '../../../k8s/names.ts';
import { fieldsOf, listOf, rulesOf } from '../../../k8s/routers/split/dialect.ts';
import type { Fields } from '../../../k8s/routers/split/dialect.ts';
import {
  foreignWords,
  stands,
  strayWords,
  withAsked,
  withTracks,
} from '../../../k8s/routers/split/judge-change.ts';
import { candidateShare, judgeRule, judgeSplit } from '../../../k8s/routers/split/judge-split.ts';
import { restoredRoute } from '../../../k8s/routers/split/restored.ts';
import { gateway, istio, routes } from './routes.ts';

const weights = fc.integer({ min: 0, max: 100 });
const asks = fc.array(
  fc.oneof(fc.record({ weight: weights, arm: fc.constant('v2') }), fc.constant({ weight: 0, arm: null })),
  { minLength: 1 },
);

describe.each([istio, gateway])('a $kind', (sample) => {
  const { dialect } = sample;
  const set = (route: Manifest, weight: number, arm: string | null, force = false): Manifest =>
    withAsked(dialect, route, { weight, arm, force }).route;
  const all = (route: Manifest, asked: readonly { weight: number; arm: string | null }[]): Manifest =>
    asked.reduce((now, { weight, arm }) => set(now, weight, arm), withTracks(dialect, route));
  const kindOf = (rule: Fields) => judgeRule(dialect, rule).kind;
  const bare = (rule: Fields): string => JSON.stringify({ ...rule, [dialect.destinations]: null });

  test('keeps all that is not Longhaul’s, byte for byte and in its order', () => {
    fc.assert(
      fc.property(routes(sample), asks, (route, asked) => {
        const next = all(route, asked);
        const texts = (of: Manifest): readonly string[] =>
          rulesOf(dialect, of)
            .filter((rule) => kindOf(rule) !== 'header')
            .map((rule) => (kindOf(rule) === 'split' ? bare(rule) : JSON.stringify(rule)));
        expect(texts(next)).toEqual(texts(route));
        const without = (of: Manifest): string =>
          JSON.stringify({
            spec: { ...fieldsOf(of, 'spec'), [dialect.rules]: null },
            notes: { ...of.metadata.annotations, [keys.weight]: '' },
          });
        expect(without(next)).toBe(without(route));
        expect(next.metadata.resourceVersion).toBe('7');
      }),
      { seed: 1 },
    );
  });

  test('splits every rule of the lane by weights that sum to 100', () => {
    fc.assert(
      fc.property(routes(sample), weights, (route, weight) => {
        const next = set(withTracks(dialect, route), weight, 'v2');
        const split = rulesOf(dialect, next).filter((rule) => kindOf(rule) === 'split');
        for (const rule of split) {
          const given = listOf(rule, dialect.destinations).map((to) => to['weight'] as number);
          expect(given.reduce((sum, part) => sum + part)).toBe(100);
        }
        expect(judgeSplit(dialect, next).split.map((rule) => rule.weight)).toEqual(split.map(() => weight));
        expect(candidateShare(judgeSplit(dialect, next))).toBe(weight);
        expect(stands(dialect, next, { weight, arm: 'v2' })).toBe(true);
        expect(stands(dialect, next, { weight, arm: 'v3' })).toBe(false);
      }),
      { seed: 2 },
    );
  });

  test('is the same when a weight is set twice, or the route prepared twice', () => {
    fc.assert(
      fc.property(routes(sample), asks, (route, asked) => {
        const next = all(route, asked);
        expect(all(next, asked.slice(-1))).toEqual(next);
        expect(withTracks(dialect, next)).toEqual(next);
      }),
      { seed: 3 },
    );
  });

  test('is as it was when it is restored, and once more', () => {
    fc.assert(
      fc.property(routes(sample), asks, asks, (route, before, since) => {
        for (const then of [route, all(route, before)]) {
          const back = restoredRoute(dialect, all(then, since), then);
          expect(back).toEqual({ object: then, kept: false });
          expect(restoredRoute(dialect, back.object, then)).toEqual(back);
        }
      }),
      { seed: 4 },
    );
  });

  test('keeps what others changed since the snapshot, and gives the stable arm all', () => {
    const then = sample.of([{ [dialect.destinations]: [sample.to('both')] }]);
    const during = set(withTracks(dialect, then), 25, 'v2');
    const edited = sample.of(
      rulesOf(dialect, during).map((rule) => ({ ...rule, timeout: '9s' })),
      during.metadata.annotations,
    );
    const { object, kept } = restoredRoute(dialect, edited, then);
    expect(kept).toBe(true);
    expect(rulesOf(dialect, object)).toHaveLength(1);
    expect(rulesOf(dialect, object)[0]).toMatchObject({ timeout: '9s' });
    expect(judgeSplit(dialect, object).split).toMatchObject([{ weight: 0 }]);
    expect(object.metadata.annotations).toBeUndefined();
  });

  test('has rules for the header while there is a candidate, each before the one that it is like', () => {
    const plain = sample.of([
      { redirect: {} },
      { name: 'a', timeout: '1s', [dialect.destinations]: [sample.to('both')] },
      { name: 'b', [dialect.destinations]: [sample.to('stable')] },
    ]);
    const tested = set(withTracks(dialect, plain), 0, 'v2');
    expect(rulesOf(dialect, tested).map(kindOf)).toEqual(['foreign', 'header', 'split', 'header', 'split']);
    const header = rulesOf(dialect, tested)[1] ?? {};
    expect(header).toMatchObject({ timeout: '1s' });
    const [only, ...more] = listOf(header, dialect.destinations);
    expect(more).toEqual([]);
    expect(dialect.roleOf(only ?? {})).toBe('candidate');
    expect(only?.['weight']).not.toBe(0);
    expect(rulesOf(dialect, set(tested, 0, null)).map(kindOf)).toEqual(['foreign', 'split', 'split']);
  });

  describe('that somebody else has changed', () => {
    const route = (to: number, fields: Fields = {}): Manifest => {
      const { metadata, ...rest } = set(
        withTracks(dialect, sample.of([{ [dialect.destinations]: [sample.to('both')] }])),
        25,
        'v2',
      );
      const rules = rulesOf(dialect, { metadata, ...rest }).map((rule) =>
        kindOf(rule) === 'header'
          ? rule
          : { ...rule, [dialect.destinations]: [sample.to('stable', 100 - to), sample.to('candidate', to)] },
      );
      return { ...sample.of(rules), metadata: { ...metadata, ...fields } };
    };
    const managedFields = (manager: string): Fields => ({
      managedFields: [
        { manager: 'longhaul', time: '2026-01-01T00:00:00Z', fieldsV1: { 'f:metadata': {} } },
        {
          manager,
          time: '2026-01-01T00:01:00Z',
          fieldsV1: { 'f:spec': { [`f:${dialect.rules}`]: {} } },
        },
      ],
    });
    const errorOf = (act: () => unknown): LonghaulError => {
      try {
        act();
      } catch (error) {
        if (error instanceof LonghaulError) return error;
        throw error;
      }
      throw new Error('Nothing was refused.');
    };

    test('is told with what was set, what stands, who wrote it and when', () => {
      const error = errorOf(() => set(route(70, managedFields('kubectl-edit')), 50, 'v2'));
      expect(error.type).toBe('Conflict');
      expect(error.said).toContain(`${sample.kind} ns/model was changed: Longhaul had set 25 % for v2`);
      expect(error.said).toContain(
        'now gives the candidate 70 %, written by kubectl-edit at 2026-01-01T00:01',
      );
    });

    test.each([
      ['argocd-controller', 'ignoreDifferences'],
      ['kustomize-controller', 'kustomize.toolkit.fluxcd.io/ssa: IfNotPresent'],
      ['kubectl-edit', 'leave the weights to Longhaul'],
    ])('by %s is told with its mend', (manager, mend) => {
      expect(errorOf(() => set(route(0, managedFields(manager)), 50, 'v2')).mend).toContain(mend);
      expect(errorOf(() => withTracks(dialect, route(0, managedFields(manager)))).mend).toContain(mend);
    });

    test('is told when the weight is the one that is asked for, since nobody knows how it came', () => {
      expect(errorOf(() => set(route(50), 50, 'v2')).type).toBe('Conflict');
    });

    test('is told when it names no track any more, so that a candidate without traffic gets some', () => {
      const now = set(route(25), 0, 'v2');
      const plain = {
        ...sample.of([{ [dialect.destinations]: [sample.to('both')] }]),
        metadata: now.metadata,
      };
      expect(errorOf(() => set(plain, 5, 'v2')).said).toContain('gives every replica a part');
      expect(foreignWords(dialect, plain)).toHaveLength(1);
      expect(foreignWords(dialect, now)).toEqual([]);
    });

    test('is overwritten by an undo, which tells of it', () => {
      const { route: next, overwritten } = withAsked(dialect, route(70), {
        weight: 0,
        arm: null,
        force: true,
      });
      expect(judgeSplit(dialect, next).split).toMatchObject([{ weight: 0 }]);
      expect(overwritten.join()).toContain('25 %');
    });

    test('is left alone where another candidate has the traffic', () => {
      expect(errorOf(() => set(route(25), 50, 'v3')).said).toContain('belongs to another candidate');
    });
  });

  test('beside another that sends to the Service without a track is told of', () => {
    const [own, plain] = [sample.of([]), sample.of([{ [dialect.destinations]: [sample.to('both')] }])];
    const other = { ...plain, metadata: { ...plain.metadata, name: 'other' } };
    expect(strayWords(dialect, { ...own, name: 'model' }, [plain, other])).toEqual([
      `${sample.kind} ns/other sends to the model server as well and is not split: ${dialect.strayShare}.`,
    ]);
    expect(strayWords(dialect, { ...own, name: 'model' }, [withTracks(dialect, other)])).toEqual([]);
  });

  test('that sends to another Service in the same rule is refused, and named', () => {
    const mixed = sample.of([
      { name: 'both', [dialect.destinations]: [sample.to('both', 90), sample.to('other', 10)] },
    ]);
    expect(() => withTracks(dialect, mixed)).toThrow(
      /cannot be split: rule "both" sends to .*billing as well/,
    );
    const undo = { weight: 0, arm: null, force: true };
    const { route, overwritten } = withAsked(dialect, mixed, undo);
    expect(rulesOf(dialect, route)).toEqual(rulesOf(dialect, mixed));
    expect(overwritten.join()).toContain('billing');
    expect(stands(dialect, route, undo)).toBe(true);
    expect(stands(dialect, route, { weight: 0, arm: null })).toBe(false);
  });

  test('without a rule of the lane is refused, with how one is added', () => {
    const empty = sample.of([{ [dialect.destinations]: [sample.to('other')] }]);
    expect(() => withTracks(dialect, empty)).toThrow(/looked for .*model.* Add one: /);
  });
});
