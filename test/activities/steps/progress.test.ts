import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followProgress, type Progress, type ProgressFollower } from '../../../activities/steps/progress.ts';
import { createRedactor } from '../../../core/redact.ts';

let folder: string;
let file: string;
let told: Progress[];
let follower: ProgressFollower;
let keep: (path: string, epoch: number) => Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhaul-progress-'));
  file = join(folder, 'progress.jsonl');
  told = [];
  keep = () => Promise.resolve();
  follower = followProgress({
    folders: { progress: file, checkpoints: folder },
    keep: (path, epoch) => keep(path, epoch),
    onEpoch: (progress) => told.push(progress),
    redact: createRedactor(['a-secret-of-some-length']).text,
    everyMs: 5,
  });
});
afterEach(async () => {
  await follower.stop();
  await rm(folder, { recursive: true });
});

test('an epoch is told only once its checkpoint is safe', async () => {
  const begun = Promise.withResolvers<string>();
  const safe = Promise.withResolvers<undefined>();
  keep = async (path) => {
    begun.resolve(path);
    await safe.promise;
  };
  await appendFile(file, '{"epoch": 1, "epochs": 2, "loss": 0.5, "checkpoint": "e1"}\n');
  expect(await begun.promise).toBe(join(folder, 'e1'));
  expect(told).toEqual([]);
  safe.resolve(undefined);
  await follower.stop();
  expect(told).toEqual([{ epoch: 1, epochs: 2, metrics: { loss: 0.5 } }]);
});

test('lines written in pieces, and the last ones before the end, are all read', async () => {
  await appendFile(file, '{"epoch": 1}\n{"epo');
  await appendFile(file, 'ch": 2, "metrics": {"accuracy": 0.9}}\n');
  const { newest, notes } = await follower.stop();
  expect(newest).toEqual({ epoch: 2, epochs: 2, metrics: { accuracy: 0.9 } });
  expect(notes).toEqual([]);
});

test('what cannot be read or stored is told, and the rest goes on', async () => {
  keep = () => Promise.reject(new Error('disk full'));
  await appendFile(file, 'epoch one\n{"epoch": 1, "checkpoint": "e1"}\n');
  const { newest, notes } = await follower.stop();
  expect(newest?.epoch).toBe(1);
  expect(notes).toHaveLength(2);
  expect(notes.join()).toMatch(/epoch one.*disk full/);
});

test('of a line that cannot be read, no part of a secret is told, wherever the line is cut', async () => {
  const cutWithinTheSecret = Array.from({ length: 26 }, (_, index) => '.'.repeat(55 + index));
  await appendFile(file, cutWithinTheSecret.map((before) => `${before}a-secret-of-some-length\n`).join(''));
  const { notes } = await follower.stop();
  expect(notes).toHaveLength(26);
  expect(notes.join()).not.toContain('a-s');
});
