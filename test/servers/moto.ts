import { join } from 'node:path';
import { findTools } from '../../local/tools.ts';
import { freePort, startProcess } from './process.ts';

export interface StartedMoto {
  readonly endpoint: string;
  /** What a program's environment needs to speak with it as with AWS. */
  readonly env: Readonly<Record<string, string>>;
  readonly createBucket: (name: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts moto, which answers as S3 does and keeps all in memory. Anyone may do anything, until its own address
 * `/moto-api/reset-auth` is told otherwise.
 */
export async function startMoto(): Promise<StartedMoto> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = await startProcess({
    command: join(findTools().testServersPython, 'bin', 'python'),
    args: ['-m', 'moto.server', '--host', '127.0.0.1', '--port', String(port)],
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
    stop: server.stop,
  };
}
