import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../../local/tools.ts';
import { writeLayer } from './layer.ts';
import type { Layer } from './layer.ts';
import { writeOciArchive } from './oci-archive.ts';
import { librariesBelow, sharedLibrariesOf } from './shared-libraries.ts';

const execute = promisify(execFile);

/** An image of a Python server, made from this machine's Python without an engine. */
export interface PythonImage {
  readonly name: string;
  /** The interpreter that the requirements are installed for; its files go into the image. */
  readonly python: string;
  readonly uv: string;
  /** A lock. */
  readonly requirements: string;
  /** The folder with the server's code, which is on the search path of modules. */
  readonly code: string;
  /** Layers and archives are kept here by content, and made once. */
  readonly cache: string;
}

/** This file as it is written: compiled or not, it makes the same image. */
const RECIPE = join(repositoryRoot(), 'scripts/cluster/image/python-image.ts');
const PYTHON = '/opt/python';
const PACKAGES = '/opt/packages';
const FOLDER = '/app';
const CODE = `${FOLDER}/src`;
/** What no server imports. */
const LEFT_OUT =
  /^(_tkinter\..*|test|tests|idlelib|tkinter|turtledemo|ensurepip|lib2to3|site-packages|dist-packages|__pycache__|config-.*)$/;

/** @returns the image's archive, for `ctr images import` */
export async function providePythonImage(image: PythonImage): Promise<string> {
  mkdirSync(image.cache, { recursive: true });
  const { base, library } = await describePython(image.python);
  const lock = readFileSync(image.requirements);
  const key = digestOf(base, library, readFileSync(RECIPE), lock).slice(0, 16);
  const packages = join(image.cache, `packages-${key}`);
  if (!existsSync(packages)) await makeLayers(image, library, packages);
  const [system, installed] = JSON.parse(readFileSync(join(packages, 'layers.json'), 'utf8')) as [
    Layer,
    Layer,
  ];
  const code = await writeLayer(join(image.cache, `code-${process.pid}.layer`), {
    placed: [{ from: image.code, to: CODE, without: /^(__pycache__|\..*)$/ }],
  });
  const archive = join(
    image.cache,
    `${basename(image.name).replace(':', '-')}-${key}-${code.digest.slice(7, 23)}.tar`,
  );
  if (!existsSync(archive)) {
    await writeOciArchive(`${archive}.${process.pid}`, settingsOf(image), [system, installed, code]);
    renameSync(`${archive}.${process.pid}`, archive);
  }
  rmSync(code.file);
  return archive;
}

const settingsOf = ({ name }: PythonImage) => ({
  name,
  entrypoint: [],
  user: '65532:65532',
  folder: FOLDER,
  environment: {
    PATH: `${PYTHON}/bin:${PACKAGES}/bin:/bin`,
    PYTHONHOME: PYTHON,
    PYTHONPATH: CODE,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    HOME: '/tmp',
  },
});

/** The interpreter's real file and its standard library. */
async function describePython(python: string): Promise<{ readonly base: string; readonly library: string }> {
  const script =
    'import sys, sysconfig; print(sys._base_executable, sysconfig.get_paths()["stdlib"], sep="\\n")';
  const { stdout } = await execute(python, ['-c', script]);
  const [base = '', library = ''] = stdout.trim().split('\n');
  return { base: realpathSync(base), library };
}

/** The first layer has the interpreter and what of the system it and the packages need; the second the packages. */
async function makeLayers(image: PythonImage, library: string, folder: string): Promise<void> {
  const draft = `${folder}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  const staged = { library: join(draft, 'library'), packages: join(draft, 'packages') };
  mkdirSync(staged.packages, { recursive: true });
  cpSync(library, staged.library, {
    recursive: true,
    verbatimSymlinks: false,
    filter: (from) => from === library || !LEFT_OUT.test(basename(from)),
  });
  const target = ['--target', staged.packages, '--python', image.python, '--link-mode', 'copy'];
  await execute(image.uv, ['pip', 'install', '--quiet', ...target, '--requirements', image.requirements]);
  leaveOutTests(staged.packages);
  pointAtImagePython(join(staged.packages, 'bin'));
  await compile(image.python, [staged.library, staged.packages]);

  const { base } = await describePython(image.python);
  const shell = realpathSync('/bin/sh');
  const files = [base, shell, ...librariesBelow(staged.library), ...librariesBelow(staged.packages)];
  const name = basename(library);
  const system = await writeLayer(join(draft, 'system.layer'), {
    made: [{ folder: '/tmp', mode: 0o1777 }],
    written: [
      { to: '/etc/passwd', text: 'server:x:65532:65532::/tmp:/bin/sh\n' },
      // Found without PYTHONPATH, which is a server's own to set.
      { to: `${PYTHON}/lib/${name}/site-packages/packages.pth`, text: `${PACKAGES}\n` },
    ],
    placed: [
      { from: shell, to: '/bin/sh' },
      { from: base, to: `${PYTHON}/bin/python3` },
      { from: base, to: `${PYTHON}/bin/python` },
      { from: staged.library, to: `${PYTHON}/lib/${name}` },
      ...sharedLibrariesOf(files, draft),
    ],
  });
  const installed = await writeLayer(join(draft, 'packages.layer'), {
    placed: [{ from: staged.packages, to: PACKAGES }],
  });
  for (const part of Object.values(staged)) rmSync(part, { recursive: true });
  const layers = [system, installed].map((layer) => ({ ...layer, file: join(folder, basename(layer.file)) }));
  writeFileSync(join(draft, 'layers.json'), JSON.stringify(layers));
  renameSync(draft, folder);
}

/** Compiled files that hold no time, since the image has none: else each start of a server compiles all again. */
async function compile(python: string, folders: readonly string[]): Promise<void> {
  const args = ['-m', 'compileall', '-q', '-j', '0', '--invalidation-mode', 'unchecked-hash', ...folders];
  await execute(python, args, { maxBuffer: 1 << 26 }).catch((error: unknown) => {
    // Packages bring templates and files for other Pythons, which do not compile and are not imported.
    if (!(error instanceof Error && 'code' in error && error.code === 1)) throw error;
  });
}

/** Packages bring their own tests and headers along: a third of all that is installed. */
function leaveOutTests(packages: string): void {
  const folders = readdirSync(packages, { recursive: true, withFileTypes: true });
  for (const { name, parentPath } of folders.filter((entry) => entry.isDirectory()))
    if (name === 'tests' || name === 'include')
      rmSync(join(parentPath, name), { recursive: true, force: true });
}

function pointAtImagePython(bin: string): void {
  if (!existsSync(bin)) return;
  for (const name of readdirSync(bin)) {
    const file = join(bin, name);
    const text = readFileSync(file);
    if (text.subarray(0, 2).toString() !== '#!') continue;
    const rest = text.subarray(text.indexOf('\n'));
    writeFileSync(file, Buffer.concat([Buffer.from(`#!${PYTHON}/bin/python3`), rest]));
  }
}

function digestOf(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}
