import { copyFile, lstat, mkdir, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LonghaulError } from '../../core/errors.ts';
import { git } from './git-program.ts';
import { lendPrograms } from './python-layer-programs.ts';
import type { Uv } from './uv.ts';
import { exists } from '../../local/exists.ts';

/**
 * Read last of all `.pth` files, so that what is installed in the layer comes before what it lies over. The line also
 * runs the `.pth` files of the shared environment.
 */
const overlay = 'zzz-longhaul-shared.pth';

/**
 * A thin virtual environment over a shared one, in a few milliseconds: its packages, its programs (which run with the
 * layer's interpreter), and folders of the code, editable. What is installed into it later, or written beside its
 * packages, stays in it.
 * @throws LonghaulError BrokenEnvironment when a folder is no package, or cannot be built
 */
export async function makeLayer(given: {
  readonly uv: Uv;
  readonly environment: string;
  readonly code: string;
  readonly folders: readonly string[];
  readonly layer: string;
}): Promise<void> {
  const { uv, environment, code, folders, layer } = given;
  for (const folder of folders) await refuseNoPackage(code, folder);
  await rm(layer, { recursive: true, force: true });
  await layOver(environment, layer);
  if (folders.length === 0) return;
  const editable = folders.flatMap((folder) => ['--editable', join(code, folder)]);
  await uv(
    [...['pip', 'install', '--quiet', '--no-deps', '--python', join(layer, 'bin', 'python'), ...editable]],
    {
      env: await versionsWithoutHistory(code),
      what: `install ${folders.join(', ')} as a package`,
      mend: 'Try `pip install --no-deps -e` in a fresh clone, or correct `install` in longhaul.yaml.',
    },
  );
}

/** An environment is one by its `pyvenv.cfg`, whoever wrote it. */
async function layOver(environment: string, layer: string): Promise<void> {
  const packages = await packagesFolder(environment);
  const [shared, own] = [join(environment, packages), join(layer, packages)];
  await mkdir(own, { recursive: true });
  await copyFile(join(environment, 'pyvenv.cfg'), join(layer, 'pyvenv.cfg'));
  await writeFile(join(own, overlay), `import site; site.addsitedir(${JSON.stringify(shared)})\n`);
  await lendPrograms(environment, layer);
  for (const name of await readdir(environment)) {
    const isFile = (await lstat(join(environment, name))).isFile();
    if (name !== 'bin' && !isFile) await lend(join(environment, name), join(layer, name), shared);
  }
}

async function packagesFolder(environment: string): Promise<string> {
  const versions = await readdir(join(environment, 'lib'));
  const python = versions.find((name) => name.startsWith('python')) ?? '';
  return join('lib', python, 'site-packages');
}

/** What packages put beside their modules, such as Jupyter's kernels: folders of the layer's own, with links to the files. */
async function lend(from: string, to: string, leftOut: string): Promise<void> {
  if (from === leftOut) return;
  const found = await lstat(from);
  if (found.isSymbolicLink()) await symlink(await readlink(from), to);
  else if (!found.isDirectory()) await symlink(from, to);
  else {
    await mkdir(to, { recursive: true });
    for (const name of await readdir(from)) await lend(join(from, name), join(to, name), leftOut);
  }
}

async function refuseNoPackage(code: string, folder: string): Promise<void> {
  if (await isPackage(code, folder)) return;
  throw new LonghaulError(
    'BrokenEnvironment',
    `${folder} is to be installed, but has no pyproject.toml and no setup.py here.`,
    { mend: 'Correct `install` in longhaul.yaml, or add the file to the step’s `inputs`.' },
  );
}

/** Whether a folder of the code, as it is checked out, can be installed. */
export async function isPackage(code: string, folder: string): Promise<boolean> {
  const manifests = ['pyproject.toml', 'setup.py'].map((file) => exists(join(code, folder, file)));
  return (await Promise.all(manifests)).includes(true);
}

/** Tools that take a package's version from git need one where the checkout has no history: of chosen files. */
async function versionsWithoutHistory(code: string): Promise<Readonly<Record<string, string>>> {
  const { code: noCommit } = await git(['-C', code, 'rev-parse', '--quiet', '--verify', 'HEAD']);
  if (noCommit === 0) return {};
  const version = '0.0.0';
  return {
    SETUPTOOLS_SCM_PRETEND_VERSION: version,
    PBR_VERSION: version,
    PDM_BUILD_SCM_VERSION: version,
    POETRY_DYNAMIC_VERSIONING_BYPASS: version,
    UV_DYNAMIC_VERSIONING_BYPASS: version,
  };
}
