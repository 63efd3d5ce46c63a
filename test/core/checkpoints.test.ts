import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  leftOutFor,
  ownUpTo,
  rankCheckpoints,
  speaksAgainst,
  withCheckpoint,
  withStrike,
  type CheckpointDocuments,
  type CheckpointsOfRun,
  type StoredCheckpoint,
  type Strike,
} from '../../core/checkpoints.ts';

const checkpoint = (epoch: number, digest = `d${epoch}`): StoredCheckpoint => ({
  epoch,
  artifact: { digest, size: 1, name: `epoch-${epoch}` },
});
const madeBy = (
  run: string,
  epochs: readonly number[],
  more: Partial<CheckpointsOfRun> = {},
): CheckpointsOfRun => ({
  ...{ run, attempt: 1, at: '2026-01-02', rungs: [], newest: epochs.map((each) => checkpoint(each)) },
  ...more,
});
const strike = (maker: string, epoch: number, attempt: number): Strike => ({
  ...{ maker, digest: `d${epoch}`, epoch, attempt },
});
const tried = (own: string, documents: CheckpointDocuments, passedAt = ''): readonly string[] =>
  rankCheckpoints({ own, documents, passedAt }).toTry.map(({ maker, epoch }) => `${maker}${epoch}`);

test('its own come first, then those of others, each by epoch', () => {
  const documents = { a: madeBy('a', [5, 4]), b: madeBy('b', [9, 3]), c: madeBy('c', [7]) };
  expect(tried('a', documents)).toEqual(['a5', 'a4', 'b9', 'c7', 'b3']);
  expect(tried('new', documents)).toEqual(['b9', 'c7', 'a5', 'a4', 'b3']);
});

test('what others kept before a run has passed is done with, what a run has kept itself is not', () => {
  const documents = { a: madeBy('a', [5]), b: madeBy('b', [9]), c: madeBy('c', [7], { at: '2026-01-09' }) };
  expect(tried('a', documents, '2026-01-05')).toEqual(['a5', 'c7']);
});

test('a document from before there were strikes: others take nothing of a run that is blamed in it', () => {
  const documents = { a: madeBy('a', [5, 4], { blamed: true }), b: madeBy('b', [3]) };
  expect(tried('c', documents)).toEqual(['b3']);
  expect(tried('a', documents)).toEqual(['a5', 'a4', 'b3']);
});

test('after two failures from it a checkpoint is out, whoever made it and whoever failed', () => {
  const a = madeBy('a', [5, 4]);
  const b = madeBy('b', [], { strikes: [strike('a', 5, 1)] });
  expect(tried('c', { a, b })).toEqual(['a5', 'a4']);
  const c = madeBy('c', [3], { strikes: [strike('a', 5, 1)] });
  for (const own of ['a', 'b', 'd']) {
    const ranking = rankCheckpoints({ own, documents: { a, b, c }, passedAt: '' });
    expect(ranking.toTry.map(({ epoch }) => epoch)).toEqual([4, 3]);
    expect(ranking.struckOut).toEqual([{ maker: 'a', epoch: 5 }]);
  }
  const twice = withStrike(withStrike(a, strike('a', 5, 2)), strike('a', 5, 2));
  expect(tried('d', { a: twice })).toEqual(['a5', 'a4']);
});

test('the same bytes that another run makes anew are judged anew', () => {
  const a = madeBy('a', [5], { strikes: [strike('a', 5, 1), strike('a', 5, 2)] });
  expect(tried('c', { a, b: madeBy('b', [5]) })).toEqual(['b5']);
});

test('a failure that got further than anyone before is no strike', () => {
  const placed = checkpoint(5);
  expect(speaksAgainst(placed, [], 5)).toBe(true);
  expect(speaksAgainst(placed, [], 6)).toBe(false);
  expect(speaksAgainst(placed, [{ maker: 'a', epoch: 7 }], 7)).toBe(true);
  expect(speaksAgainst(placed, [{ maker: 'a', epoch: 7 }], 8)).toBe(false);
});

test('a new checkpoint keeps the one before it and all strikes, and ends what an older version blamed', () => {
  const before = madeBy('a', [5, 4], { strikes: [strike('b', 9, 1)], blamed: true, rungs: ['less'] });
  expect(withCheckpoint(before, checkpoint(6), { attempt: 3, at: '2026-01-03', rungs: [] })).toEqual({
    ...{ run: 'a', attempt: 3, at: '2026-01-03', rungs: [] },
    ...{ newest: [checkpoint(6), checkpoint(5)], strikes: [strike('b', 9, 1)] },
  });
});

/** One attempt of a run, and what it leaves: where it failed, and whether that was its own doing. */
interface Attempt {
  readonly run: string;
  readonly failsAt: number;
  readonly byItself: boolean;
  /** A checkpoint each so many epochs. */
  readonly every: number;
}

/** Goes through attempts one after the other; the epochs that each began from. */
function play(attempts: readonly Attempt[], isDeterministic: boolean): readonly number[] {
  let documents: CheckpointDocuments = {};
  return attempts.map(({ run, failsAt, byItself, every }, index) => {
    const number = index + 1;
    const ranking = rankCheckpoints({ own: run, documents, passedAt: '' });
    const [placed = null] = ranking.toTry;
    const begun = documents[run] ?? madeBy(run, []);
    let own = { ...begun, newest: ownUpTo(placed, run, ranking) };
    const from = placed?.epoch ?? 0;
    for (let epoch = from + 1; epoch <= failsAt; epoch += 1) {
      const made = checkpoint(epoch, isDeterministic ? `d${epoch}` : `d${epoch}-${number}`);
      const by = { attempt: number, at: '2026-01-02', rungs: [] };
      if (epoch % every === 0) own = withCheckpoint(own, made, by);
    }
    const reached = Math.max(from, failsAt);
    const leftOut = leftOutFor(placed, run, ranking);
    if (byItself && placed !== null && speaksAgainst(placed, leftOut, reached)) {
      const { maker, epoch, artifact } = placed;
      own = withStrike(own, { maker, digest: artifact.digest, epoch, attempt: number });
    }
    documents = { ...documents, [run]: own };
    return from;
  });
}

const runs = fc.constantFrom('a', 'b', 'c');

test('property: a training that always fails where its last checkpoint is begins afresh within ten attempts', () => {
  const given = {
    every: fc.integer({ min: 1, max: 3 }),
    checkpoints: fc.integer({ min: 1, max: 8 }),
    isDeterministic: fc.boolean(),
    order: fc.array(runs, { minLength: 10, maxLength: 60 }),
  };
  fc.assert(
    fc.property(fc.record(given), ({ every, checkpoints, isDeterministic, order }) => {
      const failsAt = every * checkpoints;
      const begun = play(
        order.map((run) => ({ run, failsAt, every, byItself: true })),
        isDeterministic,
      );
      for (let from = 0; from + 10 <= begun.length; from += 1) {
        expect(begun.slice(from, from + 10)).toContain(0);
      }
    }),
  );
});

test('property: what is no failure of its own never costs a training a checkpoint', () => {
  const attempt = fc.record({ run: runs, failsAt: fc.integer({ min: 1, max: 50 }) });
  fc.assert(
    fc.property(fc.array(attempt, { minLength: 1, maxLength: 30 }), (given) => {
      const attempts = given.map((each) => ({ ...each, every: 1, byItself: false }));
      const begun = play(attempts, true);
      begun.forEach((from, index) => {
        const before = attempts
          .slice(0, index)
          .filter(({ failsAt }, earlier) => failsAt > (begun[earlier] ?? 0));
        const own = before.filter(({ run }) => run === attempts[index]?.run);
        const kept = (own.length > 0 ? own : before).map(({ failsAt }) => failsAt);
        expect(from).toBe(Math.max(0, ...kept));
      });
    }),
  );
});
