import { request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/**
 * Asks a gateway by its address for a route's host, which `fetch` cannot name. With the header `connection: close` over
 * a connection of its own.
 */
export function ask(
  address: string,
  headers: Readonly<Record<string, string>>,
  body?: object,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const own = headers['connection'] === 'close' ? { agent: false as const } : {};
    const asked = request(address, { method, headers, timeout: 10_000, ...own }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    asked.on('error', reject);
    asked.on('timeout', () => {
      asked.destroy(new Error(`${address} does not answer`));
    });
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
