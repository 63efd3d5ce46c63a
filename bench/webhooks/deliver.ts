import { createHmac, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { Agent } from 'node:http';

/** A push as GitHub tells it, with the size of a usual one: some kilobytes. */
export function pushBody(project: string, serial: number): Buffer {
  const person = { name: 'Ann', email: 'ann@example.org', username: 'ann' };
  const commit = (index: number) => ({
    ...{ id: hex(serial + index), tree_id: hex(index), distinct: true, timestamp: '2026-01-01T00:00:00Z' },
    ...{ message: `Change ${serial}.${index}`, author: person, committer: person },
    ...{ added: [`src/module_${index}.py`], removed: [], modified: ['train.py', 'data/raw.dvc'] },
  });
  const commits = Array.from({ length: 12 }, (_, index) => commit(index));
  const payload = {
    ...{ ref: 'refs/heads/main', before: hex(serial), after: hex(serial + 1), deleted: false, forced: false },
    repository: { id: 1, full_name: project, private: true, default_branch: 'main' },
    ...{ pusher: person, sender: { login: 'ann', id: 2, type: 'User' } },
    ...{ commits, head_commit: commits.at(-1) },
  };
  return Buffer.from(JSON.stringify(payload));
}

const hex = (number: number): string => number.toString(16).padStart(40, '0');

/** Posts all of them, some at a time. Resolves to how long each answer took, in seconds. @throws Error for another status than 2xx */
export async function deliverAll(
  url: string,
  bodies: readonly Buffer[],
  { secret, atOnce, agent }: { readonly secret: string; readonly atOnce: number; readonly agent: Agent },
): Promise<readonly number[]> {
  const left = bodies.values();
  const seconds: number[] = [];
  const one = async (): Promise<void> => {
    for (const body of left) seconds.push(await deliver(url, body, secret, agent));
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return seconds;
}

function deliver(url: string, body: Buffer, secret: string, agent: Agent): Promise<number> {
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-github-event': 'push',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  };
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const sent = request(url, { method: 'POST', headers, agent }, (answer) => {
      answer.resume().once('end', () => {
        const { statusCode = 0 } = answer;
        if (statusCode >= 200 && statusCode < 300) resolve((performance.now() - began) / 1000);
        else reject(new Error(`${url} answered ${statusCode}.`));
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
