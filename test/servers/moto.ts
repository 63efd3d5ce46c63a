import { join } from 'node:path';
import { findTools } from '../../local/tools.ts';
import { freePort, startProcess } from './process.ts';

export interface StartedMoto {
  readonly endpoint: string;
  /** What a program's environment needs to speak with it as with AWS. */
  readonly env: Readonly<Record<string, string>>;
  readonly createBucket: (name: string) => Promise<void>;
  /** Makes a user who may do nothing; resolves to what names it in a program's environment. */
  readonly createUser: (name: string) => Promise<Readonly<Record<string, string>>>;
  /** From here on requests are refused as by AWS: unknown keys, wrong signatures, what a user may not do. */
  readonly checkCredentials: (checked: boolean) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** It loads a service at its first request, and fails when two come at once: so they are loaded before it serves. */
const SERVE = `
from moto import server
for service in ("moto_api", "s3", "iam"):
    server.create_backend_app(service)
server.main()
`;

/**
 * Starts moto, which answers as S3 does and keeps all in memory. Whoever has any keys may do anything, until
 * `checkCredentials`.
 */
export async function startMoto(): Promise<StartedMoto> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = await startProcess({
    command: join(findTools().testServersPython, 'bin', 'python'),
    args: ['-c', SERVE, '--host', '127.0.0.1', '--port', String(port)],
    ready: `${endpoint}/moto-api/`,
  });
  return {
    endpoint,
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'tester',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    async createBucket(name) {
      const answer = await fetch(`${endpoint}/${name}`, { method: 'PUT' });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async createUser(name) {
      await iam(endpoint, { Action: 'CreateUser', UserName: name });
      const answer = await iam(endpoint, { Action: 'CreateAccessKey', UserName: name });
      const valueOf = (tag: string): string => new RegExp(`<${tag}>([^<]+)<`).exec(answer)?.[1] ?? '';
      return {
        AWS_ACCESS_KEY_ID: valueOf('AccessKeyId'),
        AWS_SECRET_ACCESS_KEY: valueOf('SecretAccessKey'),
      };
    },
    async checkCredentials(checked) {
      await fetch(`${endpoint}/moto-api/reset-auth`, { method: 'POST', body: checked ? '0' : 'inf' });
    },
    stop: server.stop,
  };
}

/** One request to IAM, which moto knows by what was signed. */
async function iam(endpoint: string, action: Readonly<Record<string, string>>): Promise<string> {
  const credential = 'Credential=tester/20260101/us-east-1/iam/aws4_request';
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=0` },
    body: new URLSearchParams({ ...action, Version: '2010-05-08' }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}
