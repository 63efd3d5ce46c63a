import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inTools } from './paths.mjs';

/** SHA-256 over the contents of files, in the order given; a missing file counts as absent. */
export function hashOfFiles(files, ...more) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(existsSync(file) ? readFileSync(file) : 'absent')
      .update('\0');
  for (const text of more) hash.update(text).update('\0');
  return hash.digest('hex');
}

/** All files below the folders whose name ends as asked, sorted; folders that do not exist hold none. */
export function filesBelow(folders, ending) {
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => path.join(folder, name)))
    .filter((file) => file.endsWith(ending))
    .sort();
}

export const readStamp = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

export function writeStamp(file, text) {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, file);
}

/**
 * Makes a folder whole or not at all: `make` fills a draft, which then takes the final name in one move.
 * A draft that an interruption left behind is cleared by {@link clearDrafts}.
 */
export async function makeWhole(folder, make) {
  const draft = inTools('drafts', path.basename(path.dirname(folder)));
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  await make(draft);
  mkdirSync(path.dirname(folder), { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
}

export const clearDrafts = () => rmSync(inTools('drafts'), { recursive: true, force: true });
