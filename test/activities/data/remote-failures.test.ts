import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { pullData, type PullResult } from '../../../activities/data/pull-data.ts';
import { runCommands, type CommandSite } from '../../../activities/steps/commands.ts';
import { openStepLog } from '../../../activities/steps/step-log.ts';
import { diagnose } from '../../../core/failures/diagnose.ts';
import { createRedactor } from '../../../core/redact.ts';
import { findTools } from '../../../local/tools.ts';
import { startExpiredTokenServer } from '../../servers/expired-token.ts';
import { startMoto, type StartedMoto } from '../../servers/moto.ts';
import { freePort } from '../../servers/process.ts';

const python = findTools().testServersPython;
const PATH = [join(python, 'bin'), process.env['PATH']].join(delimiter);

const addAndPush = `
from dvc.cli import main
assert main(['add', '--quiet', 'data']) == 0
assert main(['push', '--quiet']) == 0
`;
const deleteObjects = `
import boto3
boto3.resource('s3').Bucket('data').objects.filter(Prefix='b/').delete()
`;

/** DVC's data on a real S3 API, and worktrees of it without a cache. */
let moto: StartedMoto;
let template: string;
let folder: string;

const configure = (code: string, url: string, endpoint: string): void => {
  writeFileSync(
    join(code, '.dvc', 'config'),
    `[core]\n    remote = s\n['remote "s"']\n    url = ${url}\n    endpointurl = ${endpoint}\n`,
  );
};

beforeAll(async () => {
  moto = await startMoto();
  template = mkdtempSync(join(tmpdir(), 'longhaul-remote-'));
  mkdirSync(join(template, 'data'));
  writeFileSync(join(template, 'data', 'a.txt'), 'hello\n');
  writeFileSync(join(template, 'data', 'b.txt'), 'world\n');
  execFileSync('git', ['init', '--quiet', template]);
  mkdirSync(join(template, '.dvc'));
  await moto.createBucket('data');
  for (const prefix of ['a', 'b']) {
    configure(template, `s3://data/${prefix}`, moto.endpoint);
    execFileSync(join(python, 'bin', 'python'), ['-c', addAndPush], {
      ...{ cwd: template, stdio: 'pipe' },
      env: { ...process.env, ...moto.env, PATH },
    });
  }
  rmSync(join(template, '.dvc', 'cache'), { recursive: true });
  rmSync(join(template, 'data'), { recursive: true });
});
afterAll(async () => {
  await moto.stop();
  rmSync(template, { recursive: true });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-remote-'));
  cpSync(template, join(folder, 'code'), { recursive: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true, maxRetries: 3 });
});

async function atSite<T>(
  env: Readonly<Record<string, string>>,
  use: (site: CommandSite) => Promise<T>,
): Promise<T> {
  const log = await openStepLog(join(folder, 'log'), createRedactor([]));
  const site = {
    ...{
      folder: join(folder, 'code'),
      marker: folder,
      log,
      signal: AbortSignal.timeout(60_000),
      graceMs: 500,
    },
    env: { ...env, PATH, HOME: folder },
  };
  return use(site).finally(log.close);
}

const pull = (env: Readonly<Record<string, string>> = moto.env): Promise<PullResult> =>
  atSite(env, (site) => pullData({ targets: ['data'], python, cache: join(folder, 'cache'), site }));

test('data on S3 is pulled and verified', async () => {
  configure(join(folder, 'code'), 's3://data/a', moto.endpoint);
  expect(await pull()).toMatchObject({ kind: 'pulled', data: [{ files: 2, source: 'remote' }] });
});

test('expired credentials are told, however S3 lets DVC know', async () => {
  const server = await startExpiredTokenServer();
  try {
    configure(join(folder, 'code'), 's3://data/a', server.endpoint);
    await expect(pull()).rejects.toMatchObject({
      type: 'DataUnavailable',
      message: expect.stringContaining('Bad Request') as string,
      diagnosis: {
        ...{ id: 'dvc-credentials-expired', kind: 'code' },
        cause: expect.stringContaining('credentials have expired') as string,
        mend: expect.stringMatching(/^Renew the secrets/) as string,
      },
    });

    const listing = `python -c "import boto3; boto3.client('s3').list_objects_v2(Bucket='data')"`;
    const env = { ...moto.env, AWS_ENDPOINT_URL: server.endpoint };
    for (const [line, id] of [
      ['dvc pull', 'dvc-credentials-expired'],
      [listing, 'credentials-expired'],
    ] as const) {
      const end = await atSite(env, (site) => runCommands([line], site));
      if (end.kind !== 'failed') throw new Error(end.kind);
      expect(diagnose(end.evidence)).toMatchObject({ id, kind: 'code' });
    }
  } finally {
    await server.stop();
  }
});

test('files that the remote lost are told, and which', async () => {
  execFileSync(join(python, 'bin', 'python'), ['-c', deleteObjects], {
    env: { ...process.env, ...moto.env, PATH },
  });
  configure(join(folder, 'code'), 's3://data/b', moto.endpoint);
  await expect(pull()).rejects.toMatchObject({
    type: 'DataUnavailable',
    diagnosis: { id: 'dvc-files-missing', mend: expect.stringContaining('dvc push') as string },
  });
});

test('no credentials, and those of a user without the right to read', async () => {
  configure(join(folder, 'code'), 's3://data/a', moto.endpoint);
  const refused = { diagnosis: { id: 'dvc-credentials-refused' } };
  await expect(pull({ AWS_EC2_METADATA_DISABLED: 'true' })).rejects.toMatchObject(refused);

  const user = await moto.createUser('nobody');
  await moto.checkCredentials(true);
  try {
    await expect(pull({ ...moto.env, ...user })).rejects.toMatchObject(refused);
  } finally {
    await moto.checkCredentials(false);
  }
});

test('a remote that does not answer is tried again', async () => {
  configure(join(folder, 'code'), 's3://data/a', `http://127.0.0.1:${await freePort()}`);
  await expect(pull({ ...moto.env, AWS_MAX_ATTEMPTS: '1' })).rejects.toMatchObject({
    type: 'Unreachable',
    diagnosis: { id: 'dvc-remote-unreachable', kind: 'infrastructure' },
  });
});
