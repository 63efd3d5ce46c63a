import { expect } from 'vitest';
import { deploymentsOf } from './deployments.ts';
import type { Lane } from './lane.ts';
import { startLoad } from './load.ts';

/** Production serves a version and nothing else, and so the registry says. */
export async function expectReleased(lane: Lane, version: string | null | undefined): Promise<void> {
  const { stable, ...others } = await deploymentsOf(lane);
  expect(Object.keys(others)).toEqual([]);
  expect(stable).toMatchObject({ version, ready: 2 });
  expect(await lane.champion()).toBe(version);
}

/** The same, and every user is answered by the champion: as before a release that was undone. */
export async function expectAsBefore(lane: Lane, champion: string | null): Promise<void> {
  await expectReleased(lane, champion);
  const users = startLoad(lane.users, 100);
  await users.until(() => users.answers.length >= 50);
  const answers = await users.stop();
  expect(answers.map(({ version, status }) => ({ version, status }))).toEqual(
    answers.map(() => ({ version: champion, status: 200 })),
  );
}
