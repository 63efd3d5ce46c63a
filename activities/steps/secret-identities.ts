import { createHash, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<
  string,
  string,
  number,
  { readonly N: number; readonly r: number; readonly p: number; readonly maxmem: number },
  Buffer
>(scrypt);

/** A tenth of a second and 32 MiB a guess: what a key must cost to be found by trying. */
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 ** 2 } as const;

const known = new Map<string, Promise<string>>();

/**
 * Names for the values of secrets: equal for equal values of a name in a project, otherwise telling nothing. Kept in
 * memory, since each is made slowly on purpose.
 */
export async function secretIdentities(
  project: string,
  secrets: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const named = Object.entries(secrets).map(
    async ([name, value]) => [name, await identityOf(project, name, value)] as const,
  );
  return Object.fromEntries(await Promise.all(named));
}

function identityOf(project: string, name: string, value: string): Promise<string> {
  const salt = `longhaul secret\0${project}\0${name}`;
  const key = createHash('sha256').update(`${salt}\0${value}`).digest('hex');
  const identity = known.get(key) ?? derive(value, salt, 16, cost).then((bytes) => bytes.toString('hex'));
  known.set(key, identity);
  return identity;
}
