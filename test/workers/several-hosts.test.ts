import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { stringify } from 'yaml';
import type { S3Config } from '../../config/store-config.ts';
import type { CiRunResult } from '../../core/ci.ts';
import { ciRunId } from '../../core/ids.ts';
import type { CacheMode } from '../../core/step.ts';
import { createRepository, type TestRepository } from '../activities/workspace/repository.ts';
import { makeHome, startDevServer, type DevServer } from '../client/dev-server.ts';
import { runCli } from '../client/run-cli.ts';
import { startMoto, type StartedMoto } from '../servers/moto.ts';
import { eventually, Hopeless } from '../e2e/support/eventually.ts';
import { startHosts, type Host, type Hosts } from './support/hosts.ts';

const project = 'acme/model';

let server: DevServer;
let moto: StartedMoto;
let folder: string;
/** Where steps meet: outside of all that Longhaul knows. */
let meeting: string;
let repository: TestRepository;
const running: Hosts[] = [];

beforeAll(async () => {
  [server, moto, folder] = await Promise.all([
    startDevServer(),
    startMoto(),
    mkdtemp(join(tmpdir(), 'longhaul-hosts-')),
  ]);
  for (const [name, value] of Object.entries(moto.env)) vi.stubEnv(name, value);
  meeting = join(folder, 'meeting');
  repository = createRepository(join(folder, 'origin'));
  repository.commit(projectFiles());
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all(running.map((hosts) => hosts.stop()));
  await server.stop();
  await moto.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** Two steps that go on only once others run beside them, and one that takes what both left. */
const projectFiles = () => ({
  'meet.sh': `touch "$MEETING/here/$1-$LONGHAUL_COMMIT"
    for i in $(seq 600); do [ $(ls "$MEETING/here" | wc -l) -ge $(cat "$MEETING/count") ] && exit 0; sleep 0.1; done; exit 1`,
  'wait.sh': `for i in $(seq 600); do [ -e "$MEETING/$1" ] && exit 0; sleep 0.1; done; exit 1`,
  'requirements.txt': 'six==1.17.0\n',
  'longhaul.yaml': stringify({
    version: 1,
    project,
    model: 'model',
    env: { MEETING: meeting },
    ci: {
      steps: {
        left: {
          run: ['sh meet.sh left', 'pwd', 'mkdir -p out/left/empty', 'seq 1 20000 > out/left/numbers'],
          outputs: ['out/left'],
        },
        right: {
          run: [
            ...['sh meet.sh right', 'pwd', 'mkdir -p out/right'],
            'python -c "import six; print(six.__version__)" | tee out/right/version out/right/again',
            'chmod +x out/right/again; ln -s version out/right/latest',
          ],
          requirements: ['requirements.txt'],
          outputs: ['out/right'],
        },
        join: {
          needs: ['left', 'right'],
          run: [
            'sh wait.sh may-join',
            'pwd',
            'cat out/right/latest out/left/numbers > joined.txt',
            'test -d out/left/empty',
            'ls -lR out',
          ],
          outputs: ['joined.txt', 'out'],
        },
      },
    },
  }),
});

/** Runs `body` on these hosts, and ends their workers. */
async function onHosts<T>(
  given: Pick<Parameters<typeof startHosts>[0], 'hosts' | 's3'>,
  body: (hosts: Hosts) => Promise<T>,
): Promise<T> {
  const hosts = await startHosts({
    server,
    projects: { [project]: repository.url },
    env: moto.env,
    ...given,
  });
  running.push(hosts);
  return body(hosts).finally(() => hosts.stop());
}

/** From here on `count` steps wait for each other, and steps that join their results for nobody. */
async function letMeet(count: number): Promise<void> {
  await rm(meeting, { recursive: true, force: true });
  await mkdir(join(meeting, 'here'), { recursive: true });
  await writeFile(join(meeting, 'count'), String(count));
  await writeFile(join(meeting, 'may-join'), '');
}

async function runCi({ client }: Hosts, commit: string, cache: CacheMode = 'ignore'): Promise<CiRunResult> {
  const trigger = { kind: 'person', by: 'a tester' } as const;
  await client.startCiRun({ project, commit, trigger, cache });
  return eventually(`CI of ${commit} has ended`, async () => {
    const view = await client.ciRun(ciRunId(project, commit));
    if (view === null || view.status === 'RUNNING') return null;
    if (view.result === undefined) throw new Hopeless(`The CI run ended as ${view.status} without a result.`);
    return view.result;
  });
}

/** Digests of all that the steps left, and why a step did not pass. */
const resultsOf = ({ steps }: CiRunResult) =>
  Object.fromEntries(
    steps.map(({ name, outcome }) => [
      name,
      outcome.status === 'passed'
        ? outcome.outputs.map(({ path, artifact }) => [path, artifact.digest])
        : outcome,
    ]),
  );

/** The folder that a step ran in, as it said itself. */
async function placeOf({ store }: Hosts, { steps }: CiRunResult, step: string): Promise<string> {
  const outcome = steps.find(({ name }) => name === step)?.outcome;
  const log = outcome !== undefined && 'log' in outcome ? outcome.log : undefined;
  return /^\/.*$/m.exec(log === undefined ? '' : await store.getText(log.digest))?.[0] ?? '';
}

const host = (name: string, concurrency: number, umask: string): Host => ({
  ...{ home: join(folder, name), concurrency, umask },
});

test(
  'a run over two hosts with a store on S3, and two runs at once on one, leave what one run leaves',
  { timeout: 300_000 },
  async () => {
    const first = repository.git('rev-parse', 'HEAD');
    await moto.createBucket('artifacts');
    const s3 = { bucket: 'artifacts', endpoint: moto.endpoint, pathStyle: true };

    await letMeet(3);
    await rm(join(meeting, 'may-join'));
    const hosts = [host('first', 1, '077'), host('second', 1, '002')] as const;
    const overTwo = await onHosts({ hosts, s3 }, async (apart) => {
      const ending = runCi(apart, first);
      await expectToldWhileItRuns(first, s3);
      await writeFile(join(meeting, 'here', 'the third'), '');
      await expectToldOnceEnded(first, s3);
      await writeFile(join(meeting, 'may-join'), '');
      const result = await ending;
      const places = await Promise.all(['left', 'right'].map((step) => placeOf(apart, result, step)));
      expect(places.map((place) => relative(folder, place).split('/')[0]).sort()).toEqual([
        'first',
        'second',
      ]);
      await expectToldAfterwards(first, s3);
      return resultsOf(result);
    });

    const taken = await onHosts({ hosts: [host('third', 2, '022')], s3 }, (later) =>
      runCi(later, first, 'use'),
    );
    expect(resultsOf(taken)).toEqual(overTwo);
    expect(taken.steps.filter(({ outcome }) => !('takenFrom' in outcome))).toEqual([]);

    await letMeet(2);
    const onOne = await onHosts({ hosts: [host('alone', 2, '022')] }, async (alone) =>
      resultsOf(await runCi(alone, first)),
    );
    expect(overTwo).toEqual(onOne);
    expect(JSON.stringify(onOne)).toMatch(/("sha256:[^"]*".*){4}/);

    await letMeet(4);
    const other = repository.commit({ 'README.md': 'no more than words' });
    const atOnce = await onHosts({ hosts: [host('busy', 4, '022')] }, (busy) =>
      Promise.all([runCi(busy, first), runCi(busy, other)]),
    );
    for (const result of atOnce) expect(resultsOf(result)).toEqual(onOne);
  },
);

/** Types commands on a machine that has the address of Temporal and of the store, and none of the hosts' files. */
async function personElsewhere(s3: S3Config) {
  const home = makeHome(server.environment.address);
  onTestFinished(() => rm(home, { recursive: true }));
  const file = { version: 1, temporal: { address: server.environment.address }, store: { s3 } };
  await writeFile(join(home, 'longhaul.server.yaml'), stringify(file));
  return (...args: readonly string[]) => runCli(args, { home, env: moto.env });
}

async function expectToldWhileItRuns(commit: string, s3: S3Config): Promise<void> {
  const tell = await personElsewhere(s3);
  await eventually('a running step is told as one of another host', async () => {
    const { stderr } = await tell('logs', ciRunId(project, commit), 'left');
    return stderr.includes(`left runs on ${hostname()}, and so far its log is there alone`) ? true : null;
  });
}

/** The last step waits, so the run goes on. */
async function expectToldOnceEnded(commit: string, s3: S3Config): Promise<void> {
  const tell = await personElsewhere(s3);
  await eventually('the log of a step that has ended is read from the store', async () => {
    const { stdout } = await tell('logs', ciRunId(project, commit), 'right');
    return stdout.includes('1.17.0') ? true : null;
  });
}

async function expectToldAfterwards(commit: string, s3: S3Config): Promise<void> {
  const tell = await personElsewhere(s3);
  const id = ciRunId(project, commit);
  expect((await tell('logs', id, 'join')).stdout).toContain('latest -> version');
  expect((await tell('ci', 'show', id, '--report')).stdout).toContain('join');
}
