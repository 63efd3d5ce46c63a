import { Agent, request } from 'node:http';

/** One answer to a user: its status (0: none came), and the version that gave it. */
export interface Answer {
  readonly status: number;
  readonly version: string;
}

/** Users of production who ask at a steady pace, whatever goes on behind the front door. */
export interface Users {
  /** All answers so far, in their order. */
  readonly answers: readonly Answer[];
  stop(): void;
}

const perSecond = 20;
const timeoutMs = 15_000;

export function startUsers(baseUrl: string): Users {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const answers: Answer[] = [];
  let going = true;
  const timer = setInterval(() => {
    void ask(baseUrl, {}, agent).then((answer) => {
      if (going) answers.push(answer);
    });
  }, 1_000 / perSecond);
  return {
    answers,
    stop: () => {
      going = false;
      clearInterval(timer);
      agent.destroy();
    },
  };
}

/** One `POST /predict`, over a connection of its own where no agent is given. */
export function ask(
  baseUrl: string,
  headers: Readonly<Record<string, string>> = {},
  agent?: Agent,
): Promise<Answer> {
  return new Promise((resolve) => {
    const silence = (): void => {
      resolve({ status: 0, version: '' });
    };
    const options = { method: 'POST', headers, agent: agent ?? false, timeout: timeoutMs } as const;
    const call = request(`${baseUrl}/predict`, options, (answer) => {
      answer.resume();
      answer.once('error', silence);
      answer.once('end', () => {
        const version = answer.headers['x-model-version'];
        resolve({ status: answer.statusCode ?? 0, version: String(version ?? '') });
      });
    });
    call.once('timeout', () => call.destroy());
    call.once('error', silence);
    call.end('{}');
  });
}
