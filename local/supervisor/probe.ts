import { request, type IncomingHttpHeaders } from 'node:http';
import type { ArmSpec } from '../../core/serving.ts';

/** The address that everything of the one-machine stack listens on, unless the operator's file says another. */
export const loopback = '127.0.0.1';

export interface ProbeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One GET to a server on this machine, over a connection of its own; null when none answers in time. */
export function get(
  port: number,
  path: string,
  timeoutMs = 2_000,
  host = loopback,
): Promise<ProbeAnswer | null> {
  return new Promise((resolve) => {
    const asked = request({ host, port, path, agent: false, timeout: timeoutMs }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body += part;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
      response.on('error', () => {
        resolve(null);
      });
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => {
      resolve(null);
    });
    asked.end();
  });
}

/** Null when GET `path` answers 200; else what it does instead. */
export async function healthHindrance(port: number, path: string, host = loopback): Promise<string | null> {
  return hindranceIn(await get(port, path, 2_000, host), path);
}

/**
 * The same for a model server, whose answer has to name the version that it serves: a server that took no notice
 * of MODEL_PATH must not pass for the candidate.
 */
export async function servingHindrance(port: number, arm: ArmSpec): Promise<string | null> {
  const { healthPath, versionHeader } = arm.serve;
  const answer = await get(port, healthPath);
  const unhealthy = hindranceIn(answer, healthPath);
  if (answer === null || unhealthy !== null) return unhealthy;
  const told = answer.headers[versionHeader.toLowerCase()];
  if (told === arm.version) return null;
  if (told === undefined) return `GET ${healthPath} names no version: the header ${versionHeader} is missing`;
  return `it serves version ${String(told)} instead of ${arm.version}; does it load its model from MODEL_PATH?`;
}

function hindranceIn(answer: ProbeAnswer | null, path: string): string | null {
  if (answer === null) return `GET ${path} is not answered`;
  return answer.status === 200 ? null : `GET ${path} answers ${answer.status}`;
}
