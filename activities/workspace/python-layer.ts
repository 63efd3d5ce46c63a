import { mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LonghaulError } from '../../core/errors.ts';
import { git } from './git-program.ts';
import type { Uv } from './uv.ts';
import { exists } from '../../local/exists.ts';

/**
 * Read last of all `.pth` files, so that what is installed in the layer comes before what it lies over. The line also
 * runs the `.pth` files of the shared environment.
 */
const overlay = 'zzz-longhaul-shared.pth';

/**
 * A thin virtual environment over a shared one: its packages, its programs (which run with the layer's interpreter),
 * and folders of the code, editable.
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
  await uv(['venv', '--quiet', '--no-project', '--python', join(environment, 'bin', 'python'), layer]);
  const shared = await packagesFolder(environment);
  const own = await packagesFolder(layer);
  await writeFile(join(own, overlay), `import site; site.addsitedir(${JSON.stringify(shared)})\n`);
  await lendPrograms(environment, layer);
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

async function packagesFolder(environment: string): Promise<string> {
  const versions = await readdir(join(environment, 'lib'));
  const python = versions.find((name) => name.startsWith('python')) ?? '';
  return join(environment, 'lib', python, 'site-packages');
}

/** Scripts name the interpreter that they run with: the layer's are copies that name its own. */
async function lendPrograms(environment: string, layer: string): Promise<void> {
  const [from, to] = [join(environment, 'bin'), join(layer, 'bin')];
  await mkdir(to, { recursive: true });
  const own = new Set(await readdir(to));
  for (const name of await readdir(from)) {
    if (own.has(name)) continue;
    const text = await readFile(join(from, name), 'latin1').catch(() => '');
    const head = text.slice(0, 1000);
    const isScript = head.startsWith('#!') && head.includes(join(from, 'python'));
    if (isScript) {
      const script = text.replaceAll(join(from, 'python'), join(to, 'python'));
      await writeFile(join(to, name), script, { encoding: 'latin1', mode: 0o755 });
    } else await symlink(join(from, name), join(to, name));
  }
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
