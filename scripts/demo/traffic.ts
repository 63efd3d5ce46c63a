import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

/** Requests of users since a moment, and how many of them did not get an answer of 200. */
export interface Served {
  readonly requests: number;
  readonly failed: number;
}

const perSecond = 20;
const timeoutMs = 10_000;

/** Users of production: flights of October, replayed over and over at a steady pace on kept-alive connections. */
export class Traffic {
  readonly #bodies: readonly string[];
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });
  #timer: NodeJS.Timeout | undefined;
  #sent = 0;
  #served: Served = { requests: 0, failed: 0 };

  /** @param headers of each request */
  constructor(requestsFile: string, baseUrl: string, headers: Readonly<Record<string, string>>) {
    this.#bodies = readFileSync(requestsFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.stringify((JSON.parse(line) as { readonly flight: unknown }).flight));
    this.#url = new URL('/predict', baseUrl);
    this.#headers = headers;
  }

  get served(): Served {
    return this.#served;
  }

  get flowing(): boolean {
    return this.#timer !== undefined;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.#send();
    }, 1000 / perSecond);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#agent.destroy();
  }

  #send(): void {
    const body = this.#bodies[this.#sent % this.#bodies.length] ?? '{}';
    this.#sent += 1;
    const headers = {
      ...this.#headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const call = request(
      this.#url,
      { method: 'POST', headers, agent: this.#agent, timeout: timeoutMs },
      (answer) => {
        answer.resume();
        answer.once('end', () => {
          this.#count(answer.statusCode === 200);
        });
      },
    );
    call.once('timeout', () => call.destroy(new Error('no answer in time')));
    call.once('error', () => {
      if (this.flowing) this.#count(false);
    });
    call.end(body);
  }

  #count(good: boolean): void {
    const { requests, failed } = this.#served;
    this.#served = { requests: requests + 1, failed: failed + (good ? 0 : 1) };
  }
}
