import { request, type IncomingHttpHeaders } from 'node:http';

export interface ProbeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One GET to a server on this machine, over a connection of its own; null when none answers in time. */
export function get(port: number, path: string, timeoutMs = 2_000): Promise<ProbeAnswer | null> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path, agent: false, timeout: timeoutMs }, (response) => {
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

/** Whether GET `path` answers 200. */
export async function answersOk(port: number, path: string): Promise<boolean> {
  return (await get(port, path))?.status === 200;
}
