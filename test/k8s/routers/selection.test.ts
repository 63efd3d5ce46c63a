import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Manifest, PatchOperation } from '../../../k8s/api/cluster.ts';
import { keys, slotSelector } from '../../../k8s/names.ts';
import { colourAt, coloursOf, weightOfColours } from '../../../k8s/routers/service/colours.ts';
import { coarseWords, endpointsAt, shareOf, trackAt } from '../../../k8s/routers/service/replica-share.ts';
import {
  foreignSelection,
  restorationPatch,
  selectedBy,
  selectionPatch,
} from '../../../k8s/routers/service/selection.ts';
import { selectorOf } from '../../../k8s/routers/service/slot-service.ts';
import { markOf } from '../../../k8s/routers/weight-mark.ts';

const service = (
  selector: Readonly<Record<string, string>>,
  annotations?: Readonly<Record<string, string>>,
): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'model',
    resourceVersion: '7',
    ...(annotations === undefined ? {} : { annotations }),
  },
  spec: { selector, ports: [{ port: 80 }], type: 'ClusterIP' },
});

/** As the API server applies JSON Patch to the paths that are used here: all or nothing. */
function patched(object: Manifest, operations: readonly PatchOperation[]): Manifest {
  const result = structuredClone(object) as Manifest & Record<string, unknown>;
  for (const operation of operations) {
    const path = operation.path
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/'));
    const last = path.pop() ?? '';
    const holder = path.reduce<Record<string, unknown>>(
      (inner, part) => inner[part] as Record<string, unknown>,
      result,
    );
    if (operation.op === 'test') expect(holder[last]).toEqual(operation.value);
    else if (operation.op === 'remove') Reflect.deleteProperty(holder, last);
    else holder[last] = operation.value;
  }
  return result;
}

const selectors = fc
  .dictionary(fc.constantFrom('tier', 'team', keys.track), fc.constantFrom('stable', 'candidate', 'x'))
  .map((more) => ({ app: 'model', ...more }));
const notes = fc.option(fc.dictionary(fc.constantFrom('a', 'b/c'), fc.string(), { minKeys: 1 }), {
  nil: undefined,
});
const tracks = fc.constantFrom('stable', 'candidate', null);

describe('a patch of a selector', () => {
  test('selects the slot, keeps the other labels and annotations, and is empty the second time', () => {
    fc.assert(
      fc.property(selectors, notes, tracks, (selector, annotations, track) => {
        const before = service(selector, annotations);
        const mark = { arm: 'v2', weight: 25 };
        const after = patched(before, selectionPatch(before, keys.track, track, mark));
        expect(selectedBy(after, keys.track)).toBe(track);
        expect({ ...selectorOf(after), [keys.track]: '' }).toEqual({ ...selector, [keys.track]: '' });
        expect(after.metadata.annotations).toMatchObject(annotations ?? {});
        expect(markOf(after)).toEqual(mark);
        expect(selectionPatch(after, keys.track, track, mark)).toEqual([]);
      }),
      { seed: 1 },
    );
  });

  test('tests the selector that was read before it changes anything', () => {
    const [first] = selectionPatch(service({ app: 'model' }), keys.track, 'stable', {
      arm: null,
      weight: 0,
    });
    expect(first).toEqual({ op: 'test', path: '/spec/selector', value: { app: 'model' } });
  });

  test('puts back what a snapshot selects, and the second time nothing', () => {
    fc.assert(
      fc.property(selectors, notes, tracks, (selector, annotations, track) => {
        const then = service(selector, annotations);
        const now = patched(then, selectionPatch(then, keys.track, track, { arm: 'v2', weight: 25 }));
        const { operations, kept } = restorationPatch(now, then, keys.track);
        const back = patched(now, operations);
        expect(kept).toBe(false);
        expect(selectorOf(back)).toEqual(selector);
        expect(back.metadata.annotations ?? {}).toEqual(annotations ?? {});
        expect(restorationPatch(back, then, keys.track).operations).toEqual([]);
      }),
      { seed: 2 },
    );
  });

  test('keeps a label that somebody else has put into the selector since, and says so', () => {
    const then = service(slotSelector('model', 'stable'));
    const now = service({ app: 'model', tier: 'gold' });
    const { operations, kept } = restorationPatch(now, then, keys.track);
    expect(kept).toBe(true);
    expect(selectorOf(patched(now, operations))).toEqual({
      app: 'model',
      tier: 'gold',
      [keys.track]: 'stable',
    });
  });
});

test('a selector that somebody else has changed is told', () => {
  const before = service({ app: 'model' });
  const ours = patched(before, selectionPatch(before, keys.track, null, { arm: 'v2', weight: 25 }));
  expect(foreignSelection(ours, keys.track, null)).toBeNull();
  const theirs = { ...ours, spec: { selector: slotSelector('model', 'candidate') } };
  expect(foreignSelection(theirs, keys.track, null)?.said).toBe(
    'Service model was changed: Longhaul had set 25 %, so that it selects all arms, ' +
      'and it now selects longhaul.dev/track: candidate.',
  );
});

describe('a split by replicas', () => {
  test.each([
    [0, 'stable'],
    [5, null],
    [100, 'candidate'],
  ])('at %i %% selects %s', (weight, track) => {
    expect(trackAt(weight)).toBe(track);
  });

  test('tells what the replicas give instead of what was asked for', () => {
    expect(coarseWords(5, { stable: 10, candidate: 1 })[0]).toContain(
      '5 % was asked for; 1 of 11 replicas gives 9.1 %.',
    );
    expect(coarseWords(50, { stable: 3, candidate: 3 })).toEqual([]);
    expect(coarseWords(100, { candidate: 1 })).toEqual([]);
  });

  test('is in effect once the arm without traffic has no endpoint left', () => {
    expect(endpointsAt(0)({ stable: 3, candidate: 1 })).toBe(false);
    expect(endpointsAt(0)({})).toBe(true);
    expect(endpointsAt(25)({ stable: 3, candidate: 1 })).toBe(true);
    expect(endpointsAt(25)({ stable: 3 })).toBe(false);
    expect(endpointsAt(100)({ stable: 1, candidate: 3 })).toBe(false);
    expect(endpointsAt(100)({})).toBe(false);
    expect(shareOf({ stable: 3, candidate: 1 })).toBe(25);
  });
});

describe('colours', () => {
  const deployment = (name: string, track?: string): Manifest => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, ...(track === undefined ? {} : { labels: { [keys.track]: track } }) },
  });

  test.each([
    ['the first candidate', [deployment('model-blue', 'candidate')], 'green', 'blue'],
    ['a stable one alone', [deployment('model-green', 'stable'), deployment('model-blue')], 'green', 'green'],
    ['both', [deployment('model-blue', 'stable'), deployment('model-green', 'candidate')], 'blue', 'green'],
  ])('of %s', (_, deployments, without, all) => {
    const colours = coloursOf('model', deployments);
    const now = service(slotSelector('model', 'blue'));
    expect([colourAt(0, colours, now), colourAt(100, colours, now)]).toEqual([without, all]);
  });

  test('of nobody stay as they are; the first candidate’s is not selected before it is ready', () => {
    const colours = coloursOf('model', []);
    const made = service(slotSelector('model', 'blue'));
    expect(colourAt(0, colours, made)).toBe('green');
    const marked = patched(
      made,
      selectionPatch(made, keys.colour, 'blue', { arm: null, weight: 0, colour: 'blue' }),
    );
    expect(colourAt(0, colours, marked)).toBe('blue');
  });

  test('the candidate has all or nothing, by what the Service selects', () => {
    const colours = { stable: 'blue', candidate: 'green' } as const;
    expect(weightOfColours(service(slotSelector('model', 'blue')), colours)).toBe(0);
    expect(weightOfColours(service(slotSelector('model', 'green')), colours)).toBe(100);
    expect(
      weightOfColours(service(slotSelector('model', 'green')), { stable: 'green', candidate: null }),
    ).toBe(0);
  });
});
