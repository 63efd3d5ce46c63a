import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { tarEnd, tarHeader, tarPadding } from './tar.ts';

/** A file or folder of this machine, and where it lies in the image. */
export interface Placed {
  readonly from: string;
  readonly to: string;
  /** Names that are left out, at every depth. */
  readonly without?: RegExp;
}

/** A small file that the image has and this machine has not. */
export interface Written {
  readonly to: string;
  readonly text: string;
  readonly mode?: number;
}

/** A folder that the image has, such as /tmp. */
export interface Made {
  readonly folder: string;
  readonly mode: number;
}

export interface LayerContent {
  readonly made?: readonly Made[];
  readonly written?: readonly Written[];
  readonly placed?: readonly Placed[];
}

export interface Layer {
  readonly file: string;
  /** `sha256:` and 64 digits. */
  readonly digest: string;
  readonly size: number;
}

/** Writes a layer as an archive, in one pass and in order of names, so that equal content has an equal digest. */
export async function writeLayer(file: string, content: LayerContent): Promise<Layer> {
  const output = createWriteStream(file);
  const hash = createHash('sha256');
  let size = 0;
  const add = async (chunk: Buffer) => {
    if (chunk.length === 0) return;
    hash.update(chunk);
    size += chunk.length;
    if (!output.write(chunk)) await once(output, 'drain');
  };
  for (const { folder, mode } of content.made ?? [])
    await add(tarHeader({ name: `${inArchive(folder)}/`, mode, size: 0, type: 'folder' }));
  for (const { to, text, mode = 0o644 } of content.written ?? []) {
    const bytes = Buffer.from(text);
    await add(tarHeader({ name: inArchive(to), mode, size: bytes.length, type: 'file' }));
    await add(Buffer.concat([bytes, tarPadding(bytes.length)]));
  }
  for (const placed of content.placed ?? []) await addTree(placed.from, placed.to, placed.without, add);
  await add(tarEnd());
  output.end();
  await once(output, 'close');
  return { file, digest: `sha256:${hash.digest('hex')}`, size };
}

async function addTree(
  from: string,
  to: string,
  without: RegExp | undefined,
  add: (chunk: Buffer) => Promise<void>,
): Promise<void> {
  const found = lstatSync(from);
  const name = inArchive(to);
  if (found.isDirectory()) {
    await add(tarHeader({ name: `${name}/`, mode: 0o755, size: 0, type: 'folder' }));
    const names = readdirSync(from).filter((entry) => without?.test(entry) !== true);
    for (const entry of names.sort()) await addTree(join(from, entry), `${to}/${entry}`, without, add);
  } else if (found.isSymbolicLink()) {
    await add(tarHeader({ name, mode: 0o777, size: 0, type: 'link', target: readlinkSync(from) }));
  } else if (found.isFile()) {
    const mode = (found.mode & 0o111) === 0 ? 0o644 : 0o755;
    await add(tarHeader({ name, mode, size: found.size, type: 'file' }));
    for await (const chunk of createReadStream(from)) await add(chunk as Buffer);
    await add(tarPadding(found.size));
  }
}

const inArchive = (path: string): string => path.replace(/^\/+/, '').replace(/\/+$/, '');
