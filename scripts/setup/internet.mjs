import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupError, runShowingProgress } from './progress.mjs';

const PROBE_MS = 5_000;

/** Whether a vendor's site answers within five seconds. `LONGHAUL_OFFLINE=1` says no without asking. */
export async function canReach(address) {
  if (process.env.LONGHAUL_OFFLINE === '1') return false;
  try {
    await fetch(address, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(PROBE_MS) });
    return true;
  } catch {
    return false;
  }
}

/**
 * Downloads one program of a vendor's release into a folder and unpacks it there, after its SHA-256 has been
 * compared with the checksums published beside it.
 */
export async function downloadRelease({ folder, archive, checksums }, into) {
  const published = new TextDecoder().decode(await fetched(`${folder}/${checksums}`));
  const expected = checksumOf(archive, published);
  if (expected === undefined) throw new SetupError(`${folder}/${checksums} has no checksum for ${archive}`);
  const bytes = await fetched(`${folder}/${archive}`);
  refuseUnlessDigest(bytes, expected, `${folder}/${archive}`);
  const file = path.join(into, archive);
  writeFileSync(file, bytes);
  await runShowingProgress({
    what: `unpack ${archive}`,
    expect: '5s',
    command: 'tar',
    args: ['-xf', file, '-C', into],
  });
}

/** Downloads one program, after its SHA-256 has been compared with the one published beside it. */
export async function downloadProgram(address, file) {
  const expected = new TextDecoder()
    .decode(await fetched(`${address}.sha256`))
    .trim()
    .split(/\s/)[0];
  const bytes = await fetched(address);
  refuseUnlessDigest(bytes, expected, address);
  writeFileSync(file, bytes, { mode: 0o755 });
}

function refuseUnlessDigest(bytes, expected, address) {
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== expected)
    throw new SetupError(`${address} has the SHA-256 ${actual}; its vendor published ${expected}`);
}

/** Finds a file's digest in lines of `digest  name`. */
function checksumOf(archive, published) {
  for (const line of published.split('\n')) {
    const [digest, name] = line.trim().split(/\s+\*?/);
    if (name === archive) return digest.toLowerCase();
  }
  return undefined;
}

async function fetched(address) {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(600_000) });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  } catch (error) {
    throw new SetupError(`${address} cannot be downloaded: ${error.cause?.message ?? error.message}`);
  }
}
