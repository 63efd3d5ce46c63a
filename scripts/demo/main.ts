/** `npm run demo`: a real ML project goes from a push to production, and a bad model is caught and undone. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { addressesOf } from '../../client/cli/commands/up.ts';
import { withSession } from '../../client/cli/session.ts';
import type { Session } from '../../client/cli/session.ts';
import { startStack, stopStack } from '../../client/cli/start-stack.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { alignColumns } from '../../core/render/markdown.ts';
import { homePaths } from '../../local/home.ts';
import { findTools, repositoryRoot } from '../../local/tools.ts';
import { runCi, runRelease } from './one-release.ts';
import { onCluster } from './places/cluster.ts';
import { givenCluster } from './places/given-cluster.ts';
import type { OpenPlace, Place } from './places/place.ts';
import { testCluster } from './places/test-cluster.ts';
import { thisMachine } from './places/this-machine.ts';
import { readOptions } from './options.ts';
import type { DemoOptions } from './options.ts';
import { printTable, summarize, writeJson } from './report.ts';
import type { ReleaseSummary } from './report.ts';
import { readProduction, requireAsBefore } from './reading.ts';
import { makeRepository } from './repository.ts';
import type { DemoRepository } from './repository.ts';
import { writeServerFile } from './server-file.ts';
import type { DemoTarget } from './target-option.ts';
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
const place = placeOf(options.target);
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

async function demo({ yes, target }: DemoOptions): Promise<readonly ReleaseSummary[]> {
  await beginAfresh();
  if (target.kind === 'kubernetes') heading('A cluster');
  const open = await place.open(tell);

  heading('What a team has');
  const repository = await makeRepository(home.root, tell);
  const token = await writeServerFile(home, repository.url, open.clusterEnvironments);
  await open.prepare(token);

  heading('longhaul up');
  const { config } = await startStack(home, home.serverConfig, tell);
  for (const line of alignColumns(Object.entries(addressesOf(config)))) tell(line);
  const { address, headers } = frontDoor(config);
  const users = new Traffic(repository.requests, address, { ...headers, authorization: `Bearer ${token}` });
  traffic = users;

  return withSession({ server: home.serverConfig }, async (session) => {
    const summaries: ReleaseSummary[] = [];
    for (const [index, { name, story, commit }] of releases.entries()) {
      heading(`Release ${index + 1}: ${story}`);
      const pushed = await commit(repository);
      await open.provideImage(pushed, repository.clone);
      summaries.push(await oneRelease({ session, place: open, users, yes }, name, pushed));
    }
    return summaries;
  });
}

interface Stage {
  readonly session: Session;
  readonly place: OpenPlace;
  readonly users: Traffic;
  readonly yes: boolean;
}

async function oneRelease(
  { session, place: open, users, yes }: Stage,
  name: string,
  commit: string,
): Promise<ReleaseSummary> {
  const began = Date.now();
  const before = users.served;
  const productionBefore = await readProduction(session, open);
  await runCi(session, commit);
  const record = await runRelease(session, commit, {
    yes,
    onView: ({ record: now }) => {
      // The users of the very first release come as soon as something is served.
      if (now?.candidateWeight === 100) users.start();
    },
  });
  const production = await readProduction(session, open);
  tell(
    `read back: champion is version ${production.champion ?? 'none'} in MLflow; ${open.router} sends ${production.candidateWeight} % to a candidate`,
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

function placeOf(target: DemoTarget): Place {
  if (target.kind === 'local') return thisMachine(home);
  return onCluster(target.given === null ? testCluster() : givenCluster(target.given, home.root));
}

/** Where users reach production, and what a request there needs to. */
function frontDoor(config: ServerConfig): {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
} {
  const environment = config.environments['production'];
  return {
    address: addressesOf(config)['production'] ?? '',
    headers: environment?.target === 'kubernetes' ? environment.headers : {},
  };
}

function stop(): Promise<void> {
  stopping ??= (async () => {
    traffic?.stop();
    await stopStack(home);
    await place.end();
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
  for (const command of place.kept.toLookAt) console.log(`  ${command}`);
  console.log(`and end it with: ${['bin/longhaul.mjs down', ...place.kept.toEnd].join('; ')}`);
}
