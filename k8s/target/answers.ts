import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { ArmSpec } from '../../core/serving.ts';

/** Answers in a row that have to come from the version. */
const wantedInARow = 20;
const answerWithinMs = 2_000;

export interface FrontDoor {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Asks at a door until 20 answers in a row name the arm's version: a proxy may need a moment to learn of a new weight.
 * @returns null, or what was answered instead at the end of the time, in words
 */
export async function hindranceOfVersion(
  door: FrontDoor,
  { serve, version }: Pick<ArmSpec, 'serve' | 'version'>,
  withinMs = 15_000,
): Promise<string | null> {
  const deadline = Date.now() + withinMs;
  const url = new URL(serve.healthPath, door.baseUrl);
  for (let inARow = 0; inARow < wantedInARow;) {
    const told = await askOnce(url, door.headers, serve.versionHeader);
    if (told.version === version) {
      inARow += 1;
      continue;
    }
    inARow = 0;
    if (Date.now() >= deadline) return `GET ${url.href} ${told.words}, not as version ${version}`;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return null;
}

export interface Told {
  readonly version: string | null;
  readonly words: string;
}

/** What a door answers once. */
export const askVersion = (door: FrontDoor, serve: ArmSpec['serve']): Promise<Told> =>
  askOnce(new URL(serve.healthPath, door.baseUrl), door.headers, serve.versionHeader);

/** One GET over a connection of its own. */
function askOnce(url: URL, headers: Readonly<Record<string, string>>, versionHeader: string): Promise<Told> {
  const request = url.protocol === 'https:' ? secureRequest : plainRequest;
  return new Promise((resolve) => {
    const asked = request(url, { headers, agent: false, timeout: answerWithinMs }, (response) => {
      response.resume();
      const version = response.headers[versionHeader.toLowerCase()];
      resolve(toldBy(response.statusCode ?? 0, typeof version === 'string' ? version : null));
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${answerWithinMs / 1000} s`)));
    asked.on('error', ({ message }) => {
      resolve({ version: null, words: `is not answered: ${message}` });
    });
    asked.end();
  });
}

function toldBy(status: number, version: string | null): Told {
  if (status !== 200) return { version: null, words: `is answered ${status}` };
  return {
    version,
    words: version === null ? 'is answered without a version' : `is answered as version ${version}`,
  };
}
