import { verify } from 'node:crypto';
import type { Caller, FakeApp, World } from './world.ts';

/** Who asks, by the request's `authorization`; null: nobody that GitHub knows. */
export function callerOf(world: World, authorization: string | undefined): Caller | null {
  const credentials = /^(?:bearer|token) (.+)$/i.exec(authorization ?? '')?.[1];
  if (credentials === undefined) return null;
  if (isJwtOf(world.app, credentials)) return { kind: 'app' };
  const ends = world.installationTokens.get(credentials);
  if (ends !== undefined) {
    return ends > Date.now() ? { kind: 'installation', login: `${world.app.slug}[bot]` } : null;
  }
  const login = world.tokens.get(credentials);
  return login === undefined ? null : { kind: 'token', login };
}

/** Signed with the App's key, for the App, and valid now for at most ten minutes. */
function isJwtOf({ id, publicKey }: FakeApp, credentials: string): boolean {
  const [header = '', payload = '', signature] = credentials.split('.');
  if (signature === undefined) return false;
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url'))) return false;
  const { exp, iat, iss } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
    readonly exp: number;
    readonly iat: number;
    readonly iss: number | string;
  };
  const now = Date.now() / 1_000;
  return Number(iss) === id && iat <= now && exp > now && exp <= now + 600;
}
