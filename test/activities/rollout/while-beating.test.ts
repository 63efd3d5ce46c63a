import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { thenWritingWhileBeating } from '../../../activities/rollout/while-beating.ts';

/** Something that is under way until it is told to end. */
function underWay(): { readonly ended: Promise<void>; readonly end: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return {
    ended: promise,
    end: () => {
      resolve(undefined);
    },
  };
}

test('a cancelled activity does not wait for its preparation, after which nothing is written', async () => {
  const activity = new MockActivityEnvironment();
  const preparing = underWay();
  const written: string[] = [];
  const result = activity.run(() =>
    thenWritingWhileBeating(async (_tell, write) => {
      await preparing.ended;
      await write(() => {
        written.push('candidate');
        return Promise.resolve();
      });
    }),
  );
  activity.cancel();
  await expect(result).rejects.toThrow('CANCELLED');
  preparing.end();
  await new Promise((resolve) => setImmediate(resolve));
  expect(written).toEqual([]);
});

test('a write that is under way ends before the cancelled activity does', async () => {
  const activity = new MockActivityEnvironment();
  const [writing, begun] = [underWay(), underWay()];
  const order: string[] = [];
  const result = activity
    .run(() =>
      thenWritingWhileBeating((_tell, write) =>
        write(async () => {
          begun.end();
          await writing.ended;
          order.push('written');
        }),
      ),
    )
    .catch(() => order.push('activity ended'));
  await begun.ended;
  activity.cancel();
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual([]);
  writing.end();
  await result;
  expect(order).toEqual(['written', 'activity ended']);
});
