import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** One request of a user, as the user saw it. Times are Unix milliseconds. */
export interface Answer {
  readonly sentAt: number;
  readonly at: number;
  /** 0: there was no answer. */
  readonly status: number;
  /** As the header says; empty where there is none. */
  readonly version: string;
  readonly problem?: string;
}

export interface LoadPlan {
  /** Such as `http://10.250.0.2:8080/predict`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
}

/** Users who go on asking until they are told to stop. */
export interface Load {
  /** Everything so far, in the order of the answers. */
  readonly answers: readonly Answer[];
  /** Resolves once there is such an answer. */
  until(holds: (answer: Answer) => boolean): Promise<void>;
  stop(): Promise<readonly Answer[]>;
}

/** @param perSecond of all connections together */
export function startLoad(plan: LoadPlan, perSecond: number): Load {
  const answers: Answer[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: plan.connections });
  let going = true;
  const everyMs = (1_000 * plan.connections) / perSecond;
  const users = Array.from({ length: plan.connections }, async (_, user) => {
    await pause((everyMs * user) / plan.connections);
    while (going) {
      const next = Date.now() + everyMs;
      answers.push(await askOnce(plan, agent));
      await pause(Math.max(0, next - Date.now()));
    }
  });
  return {
    answers,
    until: async (holds) => {
      while (!answers.some(holds)) await pause(10);
    },
    stop: async () => {
      going = false;
      await Promise.all(users);
      agent.destroy();
      return answers;
    },
  };
}

/** As fast as the answers come. */
export async function sendRequests(plan: LoadPlan, count: number): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: plan.connections });
  let left = count;
  await Promise.all(
    Array.from({ length: plan.connections }, async () => {
      while (left-- > 0) answers.push(await askOnce(plan, agent));
    }),
  );
  agent.destroy();
  return answers;
}

/** Answered by 5xx, or not at all. */
export const hasFailed = ({ status }: Answer): boolean => status === 0 || status >= 500;

/** Percent of the answers that came from a version. */
export const shareOf = (version: string, answers: readonly Answer[]): number =>
  (100 * answers.filter((answer) => answer.version === version).length) / answers.length;

function askOnce({ url, headers, body }: LoadPlan, agent: Agent): Promise<Answer> {
  const sentAt = Date.now();
  return new Promise((resolve) => {
    const end = (status: number, version: string, problem?: string): void => {
      resolve({ sentAt, at: Date.now(), status, version, ...(problem === undefined ? {} : { problem }) });
    };
    const asked = request(url, { method: 'POST', headers, agent, timeout: 10_000 }, (response) => {
      let text = '';
      const { statusCode = 0, headers: answered } = response;
      const version = String(answered['x-model-version'] ?? '');
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => {
        end(statusCode, version, statusCode < 400 ? undefined : text.slice(0, 200));
      });
      response.once('error', (error) => {
        end(0, version, error.message);
      });
    });
    asked.once('timeout', () => asked.destroy(new Error('no answer within 10 s')));
    asked.once('error', (error) => {
      end(0, '', error.message);
    });
    asked.end(body);
  });
}
