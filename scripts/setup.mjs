/**
 * Sets everything up, once, and then runs what was asked for:
 *   node scripts/setup.mjs [--run demo|bench|test|test:cluster|cluster:up|cluster:down|check|build] [-- ARGUMENTS]
 * Runs on the machine's own Node, with no package; a second run finds everything there and starts at once.
 */
import {
  environmentFolders,
  findEnvoy,
  planPython,
  provideEnvironments,
  provideUv,
} from './setup/python.mjs';
import { planBinaries, provideBinary } from './setup/binaries.mjs';
import { provideCluster } from './setup/cluster.mjs';
import { compile } from './setup/compile.mjs';
import { provideContainerd } from './setup/containerd.mjs';
import { takeLock } from './setup/lock.mjs';
import { packagesAreCurrent, providePackages } from './setup/packages.mjs';
import { inTools } from './setup/paths.mjs';
import { missingGit, missingNode, missingNpm } from './setup/prerequisites.mjs';
import { endRunningCommands, inWords, say, SetupError } from './setup/progress.mjs';
import { runScript, scriptNames, startsCluster } from './setup/run-script.mjs';
import { clearDrafts, readStamp, writeStamp } from './setup/stamps.mjs';
import { planTestServer, provideTestServer } from './setup/test-server.mjs';

try {
  const { run, args } = parseArguments(process.argv.slice(2));
  await setUp({ compiles: run !== 'check', cluster: startsCluster(run, args) });
  if (run !== undefined) process.exitCode = await runScript(run, args);
} catch (error) {
  say(error instanceof SetupError ? `\nSet-up stopped. ${error.message}` : error.stack);
  process.exitCode = 1;
}

async function setUp({ compiles, cluster }) {
  const started = Date.now();
  refuse([missingNode()]);
  const giveBack = await takeLock(inTools('setup.lock'), say);
  const leave = () => {
    endRunningCommands();
    clearDrafts();
    giveBack();
    say('\nSet-up was interrupted; run it again to go on from here.');
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, leave);
  try {
    await provideEverything();
    if (cluster) await provideCluster();
    if (compiles) await compile();
  } finally {
    clearDrafts();
    giveBack();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, leave);
  }
  const seconds = (Date.now() - started) / 1000;
  say(`Set-up is complete (${seconds < 5 ? `${seconds.toFixed(1)}s` : inWords(seconds)}).`);
}

/** Looks at everything first, so that all that is missing is told at once; then makes what is not there. */
async function provideEverything() {
  clearDrafts();
  const packages = packagesAreCurrent();
  const python = planPython();
  const binaries = await planBinaries();
  const testServer = await planTestServer();
  refuse([
    missingGit(),
    packages ? undefined : missingNpm(),
    ...python.missing,
    ...binaries.missing,
    ...testServer.missing,
  ]);

  if (!packages) await providePackages();
  const tools = { uv: await provideUv(python) };
  await provideEnvironments(tools.uv, python.stale);
  tools.envoy = findEnvoy();
  for (const plan of binaries.plans) tools[plan.tool.name] = await provideBinary(plan);
  tools.testServer = await provideTestServer(testServer.plan);
  tools.containerd = await provideContainerd();
  const { services, flights, 'test-servers': testServers } = environmentFolders();
  record({
    ...tools,
    servicesPython: services,
    flightsPython: flights,
    testServersPython: testServers,
  });
}

/** Writes where everything is, for local/tools.ts. */
function record(tools) {
  const text = `${JSON.stringify(tools, null, 2)}\n`;
  if (readStamp(inTools('tools.json')) !== text) writeStamp(inTools('tools.json'), text);
}

function refuse(found) {
  const missing = found.filter((problem) => problem !== undefined);
  if (missing.length > 0)
    throw new SetupError(`This machine lacks what it needs:\n\n${missing.join('\n\n')}`);
}

function parseArguments(given) {
  const end = given.indexOf('--');
  const own = end === -1 ? given : given.slice(0, end);
  const args = end === -1 ? [] : given.slice(end + 1);
  const [flag, run] = own;
  if (own.length === 0) return { run: undefined, args };
  if (flag !== '--run' || own.length !== 2 || !scriptNames.includes(run)) {
    throw new SetupError(
      `Usage: node scripts/setup.mjs [--run ${scriptNames.join('|')}] [-- ARGUMENTS]; got: ${given.join(' ')}`,
    );
  }
  return { run, args };
}
