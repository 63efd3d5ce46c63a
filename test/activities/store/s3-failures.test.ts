import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createS3Store } from '../../../activities/store/s3-store.ts';
import type { S3Config } from '../../../config/store-config.ts';
import { startMoto, type StartedMoto } from '../../servers/moto.ts';
import { freePort } from '../../servers/process.ts';
import { digestOfHello } from './contract.ts';

let moto: StartedMoto;
beforeAll(async () => {
  moto = await startMoto();
  await moto.createBucket('artifacts');
});
afterAll(() => moto.stop());
beforeEach(() => {
  stubEnvironment(moto.env);
  return () => vi.unstubAllEnvs();
});

const stubEnvironment = (values: Readonly<Record<string, string>>): void => {
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value);
};

const storeAt = (endpoint: string, other: Partial<S3Config> = {}) =>
  createS3Store({ bucket: 'artifacts', endpoint, pathStyle: true, ...other });

/** A server of one answer, for what moto never says. */
async function serverThat(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const s3Error = (response: ServerResponse, status: number, code: string): void => {
  const headers = { 'content-type': 'application/xml' };
  response
    .writeHead(status, headers)
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
};

test('keys that AWS does not know, or that may not do it, are told apart, and so is how to mend it', async () => {
  const user = await moto.createUser('nobody');
  await moto.checkCredentials(true);
  onTestFinished(() => moto.checkCredentials(false));
  const store = storeAt(moto.endpoint);
  await expect(store.putText('hello', 'x')).rejects.toMatchObject({
    type: 'NotPermitted',
    message: expect.stringMatching(
      /credentials are not valid \(InvalidAccessKeyId\).*AWS_ACCESS_KEY_ID/,
    ) as string,
  });

  stubEnvironment(user);
  await expect(storeAt(moto.endpoint).has(digestOfHello)).rejects.toMatchObject({
    type: 'NotPermitted',
    message: expect.stringMatching(/access was denied.*Allow s3:GetObject.*bucket artifacts/) as string,
  });
});

test('no credentials at all', async () => {
  const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_CONFIG_FILE: '/none' };
  stubEnvironment({ ...none, AWS_SHARED_CREDENTIALS_FILE: '/none' });
  await expect(storeAt(moto.endpoint).readDocument('x')).rejects.toMatchObject({
    type: 'NotPermitted',
    message: expect.stringMatching(/there are no credentials.*AWS_PROFILE/) as string,
  });
});

test('no region, where AWS itself is meant', async () => {
  stubEnvironment({ AWS_REGION: '', AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none' });
  await expect(
    createS3Store({ bucket: 'artifacts', pathStyle: true }).readDocument('x'),
  ).rejects.toMatchObject({
    type: 'InvalidConfig',
    message: expect.stringMatching(/no region is known. Set `store.s3.region`/) as string,
  });
});

test('credentials that have expired are told as such, also by the answer to a HEAD, which says nothing', async () => {
  const endpoint = await serverThat((_request, response) => {
    s3Error(response, 400, 'ExpiredToken');
  });
  const store = storeAt(endpoint);
  for (const ask of [() => store.has(digestOfHello), () => store.writeDocument('x', '1')]) {
    await expect(ask()).rejects.toMatchObject({
      type: 'NotPermitted',
      message: expect.stringMatching(/credentials have expired. Renew them;/) as string,
    });
  }
});

test('a bucket that is not there is named', async () => {
  const store = storeAt(moto.endpoint, { bucket: 'no-such-bucket' });
  for (const ask of [
    () => store.putText('hello', 'x'),
    () => store.readDocument('x'),
    () => store.listDocuments(''),
  ]) {
    await expect(ask()).rejects.toMatchObject({
      type: 'Rejected',
      message: expect.stringMatching(/there is no bucket no-such-bucket. Create it/) as string,
    });
  }
});

test('a server that is away, or breaks off in the middle, is worth another try', async () => {
  const away = storeAt(`http://127.0.0.1:${await freePort()}`);
  await expect(away.getText(digestOfHello)).rejects.toMatchObject({ type: 'Unreachable' });

  const endpoint = await serverThat((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('hello', () => response.destroy());
  });
  await expect(storeAt(endpoint).getText(digestOfHello)).rejects.toMatchObject({ type: 'Unreachable' });
});

test('a server without conditional writes is written to all the same', async () => {
  const written: string[] = [];
  const endpoint = await serverThat((request, response) => {
    if (request.headers['if-none-match'] !== undefined) s3Error(response, 501, 'NotImplemented');
    else if (request.method === 'PUT') {
      written.push(request.url ?? '');
      response.writeHead(200).end();
    } else s3Error(response, 404, 'NoSuchKey');
  });
  await storeAt(endpoint).putText('hello', 'x');
  expect(written).toHaveLength(1);
});
