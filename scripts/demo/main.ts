/** `npm run demo`: a real ML project goes from a push to production, and a bad model is caught and undone. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { addressesOf } from '../../client/cli/commands/up.ts';
import { withSession } from '../../client/cli/session.ts';
import type { Session } from '../../client/cli/session.ts';
import { startStack, stopStack } from '../../client/cli/start-stack.ts';
import { alignColumns } from '../../core/render/markdown.ts';
import { homePaths } from '../../local/home.ts';
import { findTools, repositoryRoot } from '../../local/tools.ts';
import { runCi, runRelease } from './one-release.ts';
import { readOptions } from './options.ts';
import type { DemoOptions } from './options.ts';
import { printTable, summarize, writeJson } from './report.ts';
import type { ReleaseSummary } from './report.ts';
import { readProduction, requireAsBefore } from './reading.ts';
import { makeRepository } from './repository.ts';
import type { DemoRepository } from './repository.ts';
import { writeServerFile } from './server-file.ts';
import { Traffic } from './traffic.ts';

const releases = [
  {
    name: 'first model',
    story: 'the first model goes to production',
    commit: (it: DemoRepository) => it.head(),
  },
  {
    name: 'pressure tendency',
    story: 'a change passes every test; flights whose weather has no pressure will fail',
    commit: (it: DemoRepository) => it.change('2-pressure-tendency.patch'),
  },
  {
    name: 'pressure tendency, fixed',
    story: 'the fix',
    commit: (it: DemoRepository) => it.change('3-pressure-tendency-fixed.patch'),
  },
] as const;

const options = readOptions(process.argv.slice(2));
process.env['LONGHAUL_HOME'] ??= join(repositoryRoot(), '.longhaul', 'demo');
// What set-up and earlier demos downloaded is not downloaded again.
process.env['UV_CACHE_DIR'] ??= execFileSync(findTools().uv, ['cache', 'dir'], { encoding: 'utf8' }).trim();
const home = homePaths();
let traffic: Traffic | undefined;
let stopping: Promise<void> | undefined;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    console.log('\nStopping everything.');
    void stop().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  });
}

try {
  const began = Date.now();
  const summaries = await demo(options);
  printTable(summaries);
  console.log(`\n${((Date.now() - began) / 60_000).toFixed(1)} minutes in all.`);
  if (options.json !== undefined) writeJson(resolve(process.env['INIT_CWD'] ?? '.', options.json), summaries);
  if (options.keep) tellWhatIsKept();
} catch (error) {
  if (stopping === undefined) {
    console.error(`\nThe demo ended early: ${error instanceof Error ? error.message : String(error)}`);
    console.error(`Logs: ${home.logs} and ${home.workers}`);
    process.exitCode = 1;
  }
} finally {
  if (!options.keep || process.exitCode === 1) await stop();
  traffic?.stop();
}

async function demo({ yes }: DemoOptions): Promise<readonly ReleaseSummary[]> {
  await beginAfresh();
  heading('What a team has');
  const repository = await makeRepository(home.root, tell);
  const token = await writeServerFile(home, repository.url);

  heading('longhaul up');
  const { config } = await startStack(home, home.serverConfig, tell);
  for (const line of alignColumns(Object.entries(addressesOf(config)))) tell(line);
  const production = addressesOf(config)['production'] ?? '';
  const users = new Traffic(repository.requests, production, token);
  traffic = users;

  return withSession({ server: home.serverConfig }, async (session) => {
    const summaries: ReleaseSummary[] = [];
    for (const [index, { name, story, commit }] of releases.entries()) {
      heading(`Release ${index + 1}: ${story}`);
      summaries.push(await oneRelease(session, name, await commit(repository), users, yes));
    }
    return summaries;
  });
}

async function oneRelease(
  session: Session,
  name: string,
  commit: string,
  users: Traffic,
  yes: boolean,
): Promise<ReleaseSummary> {
  const began = Date.now();
  const before = users.served;
  const productionBefore = await readProduction(session);
  await runCi(session, commit);
  const record = await runRelease(session, commit, {
    yes,
    onView: ({ record: now }) => {
      // The users of the very first release come as soon as something is served.
      if (now?.candidateWeight === 100) users.start();
    },
  });
  const production = await readProduction(session);
  tell(
    `read back: champion is version ${production.champion ?? 'none'} in MLflow; Envoy sends ${production.candidateWeight} % to a candidate`,
  );
  if (record.outcome?.kind === 'rolledBack') requireAsBefore(productionBefore, production);
  const { requests, failed } = users.served;
  const served = { requests: requests - before.requests, failed: failed - before.failed };
  return summarize(name, record, served, (Date.now() - began) / 1000);
}

/** What an earlier demo left running is ended, and its home emptied; Python environments stay, named by content. */
async function beginAfresh(): Promise<void> {
  if (existsSync(home.root)) {
    await stopStack(home);
    for (const name of readdirSync(home.root)) {
      const path = join(home.root, name);
      if (path !== home.pythonEnvironments) rmSync(path, { recursive: true, force: true });
    }
  }
  mkdirSync(home.root, { recursive: true });
}

function stop(): Promise<void> {
  stopping ??= (async () => {
    traffic?.stop();
    await stopStack(home);
  })();
  return stopping;
}

function heading(text: string): void {
  console.log(`\n== ${text}`);
}

function tell(line: string): void {
  console.log(`  ${line}`);
}

function tellWhatIsKept(): void {
  console.log('\nAll of it still runs. Look at it with:');
  console.log(`  export LONGHAUL_HOME=${home.root}`);
  console.log('  bin/longhaul.mjs release list');
  console.log('and end it with: bin/longhaul.mjs down');
}
