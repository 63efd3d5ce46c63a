import { statSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../../core/artifact.ts';
import { everFailed, flakyTests, mayBeFlaky, type TriedTest } from '../../core/flaky.ts';
import type { FlakyPolicy, FlakyTest } from '../../core/step.ts';
import type { Attempt } from './attempt.ts';
import { runCommands, type CommandSite, type CommandsEnd } from './commands.ts';
import { nameTest, readTestCases } from './junit.ts';

/** How the last try ended, and what all of them tell of the tests. */
export interface Tries {
  readonly end: CommandsEnd;
  readonly flaky: readonly FlakyTest[];
  /** Full names of the tests that failed in some try. */
  readonly failedTests: readonly string[];
  /** JUnit reports of the tries before the last. */
  readonly earlierReports: readonly ArtifactRef[];
}

const once: FlakyPolicy = { tries: 1, withinMs: 0, then: 'pass' };

/**
 * Runs the commands, and again from the first while tests fail that may be flaky, in the same worktree with an empty
 * output folder. Other failures are not tried again here: a crash, a file that cannot be imported, a missing report.
 */
export async function runTries(attempt: Attempt, site: CommandSite): Promise<Tries> {
  const { input, log, folders } = attempt;
  const { tries, withinMs } = input.step.flaky ?? once;
  const startedAt = Date.now();
  const seen: (readonly TriedTest[])[] = [];
  const earlierReports: ArtifactRef[] = [];
  for (;;) {
    const end = await runCommands(input.step.run, site);
    const tests = await readTests(attempt);
    seen.push(tests);
    const isLast = seen.length >= tries || end.kind === 'stopped' || !mayBeFlaky(tests);
    if (isLast || Date.now() - startedAt > withinMs) {
      return { end, flaky: flakyTests(seen), failedTests: everFailed(seen), earlierReports };
    }
    earlierReports.push(...(await keepReport(attempt, seen.length)));
    await emptyFolder(folders.output);
    const failed = everFailed([tests]);
    await log.say(`# ${failed.length} failed: ${failed.join(', ')}`);
    await log.say(`# try ${seen.length + 1} of ${tries}: the commands run again`);
  }
}

async function readTests({ input, folders, redactor }: Attempt): Promise<readonly TriedTest[]> {
  const { junit } = input.step.reports;
  if (junit === undefined) return [];
  const xml = await readFile(join(folders.output, junit), 'utf8').catch(() => '');
  const isFile = (path: string): boolean =>
    statSync(join(folders.code, path), { throwIfNoEntry: false })?.isFile() === true;
  return readTestCases(redactor.text(xml)).map((each) => nameTest(each, isFile));
}

async function keepReport(
  { input, folders, deps, redactor }: Attempt,
  number: number,
): Promise<readonly ArtifactRef[]> {
  const { junit } = input.step.reports;
  if (junit === undefined) return [];
  const xml = await readFile(join(folders.output, junit), 'utf8');
  return [await deps.store.putText(redactor.text(xml), `try-${number}-${junit}`)];
}

async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}
