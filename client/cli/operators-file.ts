import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defaultServerYaml } from '../../config/default-server.ts';
import { localProject } from './project.ts';

/**
 * Writes the operator's file of a one-machine stack where there is none yet; it serves the repository that the command is
 * typed in, if it has a longhaul.yaml. True when it was written.
 */
export async function provideOperatorsFile(file: string, folder: string = process.cwd()): Promise<boolean> {
  if (existsSync(file)) return false;
  const local = await localProject(folder);
  const projects = local === null ? {} : { [local.identity.project]: pathToFileURL(local.root).href };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, defaultServerYaml({ projects }), { flag: 'wx' });
  return true;
}
