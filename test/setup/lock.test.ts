import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeBareProject, type BareProject } from './bare-project.ts';

type TakeLock = (file: string, say: (line: string) => void) => Promise<() => void>;

async function lockOf(
  project: BareProject,
): Promise<{ file: string; said: string[]; take: () => Promise<() => void> }> {
  const { takeLock } = await project.load<{ takeLock: TakeLock }>('scripts/setup/lock.mjs');
  const file = path.join(project.root, '.tools/setup.lock');
  mkdirSync(path.dirname(file), { recursive: true });
  const said: string[] = [];
  return { file, said, take: () => takeLock(file, (line) => said.push(line)) };
}

test('a lock whose pid now belongs to another process is broken', async () => {
  const { file, said, take } = await lockOf(makeBareProject());
  writeFileSync(file, JSON.stringify({ pid: process.pid, started: 'at another time' }));
  const giveBack = await take();
  expect(said).toEqual([]);
  giveBack();
  expect(existsSync(file)).toBe(false);
});

test('a lock that is not readable is broken', async () => {
  const { file, take } = await lockOf(makeBareProject());
  writeFileSync(file, 'half a wri');
  const giveBack = await take();
  giveBack();
  expect(existsSync(file)).toBe(false);
});

test('a lock that is held is waited for, and its holder is named', async () => {
  const { said, take } = await lockOf(makeBareProject());
  const order: string[] = [];
  const giveBack = await take();
  const second = take().then((giveBackSecond) => {
    order.push('second holds');
    giveBackSecond();
  });
  await expect.poll(() => said).toContainEqual(expect.stringContaining(`process ${process.pid}`));
  order.push('first gives back');
  giveBack();
  await second;
  expect(order).toEqual(['first gives back', 'second holds']);
});
