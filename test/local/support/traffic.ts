import { Agent, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly version: string;
  readonly body: string;
}

export interface Client {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  close(): void;
}

/** A client that keeps its connections, as users' programs do. A broken connection counts as status 0. */
export function createClient(baseUrl: string, connections = 8): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    get: (path, headers = {}) =>
      new Promise((resolve) => {
        const asked = request(`${baseUrl}${path}`, { agent, headers }, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (part: string) => (body += part));
          response.on('end', () => {
            const version = response.headers['x-model-version'];
            resolve({ status: response.statusCode ?? 0, version: String(version ?? ''), body });
          });
        });
        asked.on('error', () => {
          resolve({ status: 0, version: '', body: '' });
        });
        asked.end();
      }),
    close: () => {
      agent.destroy();
    },
  };
}

/** Answers by version, of `count` requests. */
export async function shares(
  client: Client,
  count: number,
  headers?: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, number>>> {
  const answers = await Promise.all(Array.from({ length: count }, () => client.get('/predict', headers)));
  const counted: Record<string, number> = {};
  for (const { status, version } of answers) {
    const name = status === 200 ? version : `status ${status}`;
    counted[name] = (counted[name] ?? 0) + 1;
  }
  return counted;
}

export interface Load {
  /** Stops, and tells how many requests were answered well, and how the others ended. */
  stop(): Promise<{ readonly answered: number; readonly failed: readonly string[] }>;
}

/** Requests without a pause over a few connections, until stopped. */
export function constantLoad(baseUrl: string, connections = 4): Load {
  const client = createClient(baseUrl, connections);
  let going = true;
  let answered = 0;
  const failed: string[] = [];
  const user = async (): Promise<void> => {
    while (going) {
      const { status, body } = await client.get('/predict');
      if (status === 200) answered += 1;
      else failed.push(`${status} ${body}`);
    }
  };
  const users = Array.from({ length: connections }, user);
  return {
    stop: async () => {
      going = false;
      await Promise.all(users);
      client.close();
      return { answered, failed };
    },
  };
}
