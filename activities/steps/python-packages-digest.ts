import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Twelve digits over the packages that a Python of the machine has beside it: their names, versions and the hashes of
 * their files, as their installer noted them. `place` is where it was found, `file` what links from there lead to.
 */
export async function pythonPackagesDigest(place: string, file: string): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of await packageFolders(place, file)) hash.update(await folderDigest(folder));
  return hash.digest('hex').slice(0, 12);
}

/** Of the virtual environment that the place is in; else of the installation, where Debian's has a second prefix. */
async function packageFolders(place: string, file: string): Promise<readonly string[]> {
  const [environment, installation] = [prefixOf(place), prefixOf(file)];
  const settings = await readFile(join(environment, 'pyvenv.cfg'), 'utf8').catch(() => null);
  const isAlone = settings !== null && !/^include-system-site-packages\s*=\s*true/im.test(settings);
  const prefixes = [
    ...(settings === null ? [] : [environment]),
    ...(isAlone ? [] : [installation, ...(installation === '/usr' ? ['/usr/local'] : [])]),
  ];
  const found = prefixes.map(async (prefix) => {
    const libraries = (await namesIn(join(prefix, 'lib'))).filter((name) => name.startsWith('python'));
    return libraries.flatMap((library) =>
      ['site-packages', 'dist-packages'].map((name) => join(prefix, 'lib', library, name)),
    );
  });
  return (await Promise.all(found)).flat();
}

const prefixOf = (program: string): string => dirname(dirname(program));

const known = new Map<string, string>();

/** Made once for each state of the folder, which changes whenever a package comes or goes. */
async function folderDigest(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => null);
  if (found === null) return '';
  const state = [folder, found.ino, found.mtimeMs, found.ctimeMs].join(' ');
  const digest = known.get(state) ?? (await packagesIn(folder));
  known.set(state, digest);
  return digest;
}

async function packagesIn(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await namesIn(folder)).filter((each) => /\.(dist|egg)-info$/.test(each))) {
    const record = await readFile(join(folder, name, 'RECORD'), 'utf8').catch(() => '');
    hash.update(`${name}\0${record}\0`);
  }
  return hash.digest('hex');
}

const namesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder).catch(() => [])).sort();
