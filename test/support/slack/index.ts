/** Slack as it is at the wire, on loopback: it keeps what it is sent, and refuses what its documentation does. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Faults } from './faults.ts';
import { answerMethod } from './methods.ts';
import { pressBody, signedHeaders } from './press.ts';
import type { Press } from './press.ts';
import { webhookShape } from './shapes.ts';
import type { Method } from './shapes.ts';
import { Workspace } from './workspace.ts';

export interface FakeSlack {
  readonly apiUrl: string;
  readonly webhookUrl: string;
  readonly token: string;
  readonly signingSecret: string;
  readonly workspace: Workspace;
  readonly faults: Faults;
  /** Presses a button of a message, and answers what the app has answered. */
  press(url: string, press: Press): Promise<{ readonly status: number; readonly ms: number }>;
  close(): Promise<void>;
}

export const channel = 'C024BE91L';
const token = 'xoxb-made-up-token-0123456789';
const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5';
const webhookPath = '/services/T000/B000/made-up-secret-path';

export async function startSlack(): Promise<FakeSlack> {
  const workspace = new Workspace(channel);
  const faults = new Faults();
  const server = createServer((request, response) => {
    void answer(request, response, workspace, faults);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ workspace, faults, token, signingSecret },
    apiUrl: `${base}/api/`,
    webhookUrl: `${base}${webhookPath}`,
    press: async (url, press) => {
      const body = pressBody(press, channel);
      const began = performance.now();
      const { status } = await fetch(url, {
        method: 'POST',
        body,
        headers: signedHeaders(signingSecret, body),
      });
      return { status, ms: performance.now() - began };
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  workspace: Workspace,
  faults: Faults,
): Promise<void> {
  const body = await bodyOf(request);
  const path = request.url ?? '';
  const method = path === webhookPath ? 'webhook' : path.replace(/^\/api\//, '');
  workspace.calls.push({ method, at: Date.now() });
  const fault = faults.next(method);
  switch (fault?.kind) {
    case 'down':
      request.socket.destroy();
      return;
    case 'tooMany':
      response.writeHead(429, { 'retry-after': String(fault.seconds) }).end();
      return;
    case 'broken':
      response.writeHead(503).end('upstream');
      return;
    case 'refusal':
      send(response, method === 'webhook' ? 404 : 200, { ok: false, error: fault.word, ...fault.more });
      return;
    case 'lostAnswer':
    case undefined:
  }
  const told =
    method === 'webhook'
      ? hook(body, workspace)
      : request.headers.authorization === `Bearer ${token}`
        ? answerMethod(method as Method, new URLSearchParams(body), workspace)
        : { ok: false, error: 'invalid_auth' };
  if (fault !== undefined) {
    request.socket.destroy();
    return;
  }
  if (typeof told === 'string') response.writeHead(told === 'ok' ? 200 : 400).end(told);
  else send(response, 200, told);
}

function hook(body: string, workspace: Workspace): string {
  const read = webhookShape.safeParse(JSON.parse(body));
  if (!read.success) {
    workspace.problems.push(read.error.message);
    return 'invalid_payload';
  }
  workspace.add({ text: read.data.text, blocks: read.data.blocks ?? [], by: 'webhook' });
  return 'ok';
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
