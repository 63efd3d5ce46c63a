import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeBareProject, type BareProject } from './bare-project.ts';

interface Release {
  readonly folder: string;
  readonly archive: string;
  readonly checksums: string;
}
interface Internet {
  readonly downloadRelease: (release: Release, into: string) => Promise<void>;
}

/** A vendor's site on this machine, with a release of one program in one archive. */
async function vendorWith(
  project: BareProject,
  publishedDigest: (archive: Buffer) => string,
): Promise<Release> {
  const contents = path.join(project.root, 'contents/k6-v9');
  mkdirSync(contents, { recursive: true });
  writeFileSync(path.join(contents, 'k6'), 'a program');
  const file = path.join(project.root, 'k6.tar.gz');
  spawnSync('tar', ['-czf', file, '-C', path.dirname(contents), 'k6-v9']);
  const archive = readFileSync(file);
  const pages: Record<string, Buffer> = {
    '/k6.tar.gz': archive,
    '/sums.txt': Buffer.from(`${'0'.repeat(64)}  other.tar.gz\n${publishedDigest(archive)}  k6.tar.gz\n`),
  };
  const server = createServer((request, response) => {
    const page = pages[request.url ?? ''];
    response.writeHead(page === undefined ? 404 : 200).end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { folder: `http://127.0.0.1:${port}`, archive: 'k6.tar.gz', checksums: 'sums.txt' };
}

const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function loaded(): Promise<{ project: BareProject; internet: Internet; into: string }> {
  const project = makeBareProject();
  const internet = await project.load<Internet>('scripts/setup/internet.mjs');
  return { project, internet, into: mkdtempSync(path.join(project.root, 'into-')) };
}

test('a release whose digest is the published one is unpacked', async () => {
  const { project, internet, into } = await loaded();
  await internet.downloadRelease(await vendorWith(project, digestOf), into);
  expect(readFileSync(path.join(into, 'k6-v9/k6'), 'utf8')).toBe('a program');
});

test('a release whose digest differs is refused before it is written', async () => {
  const { project, internet, into } = await loaded();
  const release = await vendorWith(project, () => 'f'.repeat(64));
  await expect(internet.downloadRelease(release, into)).rejects.toThrow(/its vendor published f{64}/);
  expect(readdirSync(into)).toEqual([]);
});

test('a release that is not there is named with its address', async () => {
  const { project, internet, into } = await loaded();
  const release = { ...(await vendorWith(project, digestOf)), checksums: 'gone.txt' };
  await expect(internet.downloadRelease(release, into)).rejects.toThrow(
    `${release.folder}/gone.txt cannot be downloaded: HTTP 404`,
  );
});
