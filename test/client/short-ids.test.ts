import { expect, test } from 'vitest';
import { exitCodes } from '../../client/cli/exit-codes.ts';
import { CommandFailure } from '../../client/cli/failure.ts';
import { resolveId } from '../../client/cli/short-ids.ts';

const ids = [
  'release/flights/3f2a91c0d4e1-2',
  'release/flights/3f2a91c0d4e1-1',
  'release/fraud/77aa91c0d4e1-1',
];
const resolve = (given: string | undefined, of: readonly string[] = ids): string =>
  resolveId('release', given, of, 'longhaul release start');

const failure = (given: string | undefined, of?: readonly string[]): CommandFailure => {
  try {
    resolve(given, of);
  } catch (error) {
    if (error instanceof CommandFailure) return error;
  }
  throw new Error('it was resolved');
};

test('given nothing, the newest is meant', () => {
  expect(resolve(undefined)).toBe(ids[0]);
});

test.each([
  ['release/flights/3f2a91c0d4e1-1', ids[1]],
  ['3f2a91c0d4e1-1', ids[1]],
  ['77', ids[2]],
  ['fraud', ids[2]],
  ['fraud/77', ids[2]],
])('%s means one release', (given, expected) => {
  expect(resolve(given)).toBe(expected);
});

test('a prefix of several is refused and they are listed, the others are not', () => {
  const { code, message } = failure('3f2a');
  expect(code).toBe(exitCodes.usage);
  expect(message).toContain(ids[0]);
  expect(message).toContain(ids[1]);
  expect(message).not.toContain(ids[2]);
});

test('the middle of a hash means nothing, and the newest are listed', () => {
  const { code, message } = failure('2a91');
  expect(code).toBe(exitCodes.notFound);
  expect(message).toContain(ids[0]);
});

test('where there is none, the command that starts one is told', () => {
  const { code, message } = failure(undefined, []);
  expect(code).toBe(exitCodes.notFound);
  expect(message).toContain('longhaul release start');
});

test('logs of nothing known offer releases and CI runs as what they are', () => {
  const offer = (): string => resolveId('release or CI run', 'zzz', ['ci/flights/3f2a'], 'longhaul ci run');
  expect(offer).toThrow('There is no release or CI run `zzz`. The newest are:\n  ci/flights/3f2a');
});
