import { createHash, createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultServerYaml } from '../../../config/default-server.ts';
import { serveWebhooks } from '../../../client/webhooks/serve.ts';
import { triggerId } from '../../../core/ids.ts';
import { freePort } from '../../servers/process.ts';

export const webhookSecret = 'a secret of GitHub and us';
export const dataSecret = 'a secret of the data’s owner and us';

/** An operator's file with a webhook server, of GitHub and of the data's owner. */
export interface FrontDoorFile {
  readonly home: string;
  readonly serverFile: string;
  readonly url: string;
  readonly remove: () => void;
}

export async function writeFrontDoorFile(given: {
  readonly temporal: string;
  readonly projects: readonly string[];
  readonly app?: boolean;
  readonly askAgainEvery?: string;
}): Promise<FrontDoorFile> {
  const home = mkdtempSync(join(tmpdir(), 'longhaul-webhooks-'));
  const port = await freePort();
  for (const [name, value] of Object.entries({ webhookSecret, dataSecret, key: 'none' }))
    writeFileSync(join(home, name), `${value}\n`, { mode: 0o600 });
  const projects = Object.fromEntries(given.projects.map((name) => [name, `file:///${name}`]));
  const speaker = given.app === true ? 'app: { id: 7, privateKey: { file: key } }' : 'token: { file: key }';
  const yaml = defaultServerYaml({ projects }).replace(/address: [\d.:]+/, `address: ${given.temporal}`);
  const serverFile = join(home, 'longhaul.server.yaml');
  writeFileSync(
    serverFile,
    `${yaml}
github: { ${speaker}, webhookSecret: { file: webhookSecret } }
webhooks: { port: ${port}, dataSecret: { file: dataSecret }, askAgainEvery: ${given.askAgainEvery ?? '5m'} }
`,
  );
  return {
    ...{ home, serverFile },
    url: `http://127.0.0.1:${port}`,
    remove: () => {
      rmSync(home, { recursive: true });
    },
  };
}

export interface FrontDoor extends FrontDoorFile {
  /** Every line of the log so far. */
  readonly log: readonly string[];
  readonly stop: () => Promise<void>;
}

/** The real server, in this process. */
export async function openFrontDoor(given: Parameters<typeof writeFrontDoorFile>[0]): Promise<FrontDoor> {
  const file = await writeFrontDoorFile(given);
  const log: string[] = [];
  const running = await serveWebhooks(file.serverFile, (line) => log.push(line));
  return {
    ...file,
    log,
    stop: async () => {
      await running.stop();
      file.remove();
    },
  };
}

export const signatureOf = (body: Buffer | string, secret: string = webhookSecret): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

export const triggerOf = (body: Buffer | string): string =>
  triggerId(createHash('sha256').update(body).digest('hex'));

export interface Answer {
  readonly status: number;
  readonly outcome: string;
  readonly id?: string;
}

/** Posts as GitHub does; a header that is null is left out. */
export async function deliver(
  url: string,
  event: string,
  body: Buffer | string,
  headers: Readonly<Record<string, string | null>> = {},
): Promise<Answer> {
  const all = {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/044aadd',
    'x-github-event': event,
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': signatureOf(body),
    ...headers,
  };
  const sent = Object.entries<string | null>(all).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  const answer = await fetch(`${url}/github`, { method: 'POST', headers: sent, body });
  return { ...((await answer.json()) as Omit<Answer, 'status'>), status: answer.status };
}
