import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepSpec } from '../../core/step.ts';

const seedOption = '--randomly-seed=42';

/** Files in which a repository may say that pytest is to leave its plugins out. */
const settings = [
  'pytest.ini',
  '.pytest.ini',
  'pyproject.toml',
  'tox.ini',
  'setup.cfg',
  'Makefile',
  'noxfile.py',
];

/**
 * Whether the step's pytest shuffles and seeds by pytest-randomly: it is in the environment and nothing switches it
 * off. Without the plugin pytest would not know the option that fixes its seed, and refuse to run.
 */
export async function usesPytestRandomly(
  python: string | null,
  folder: string,
  step: StepSpec,
): Promise<boolean> {
  if (python === null || !(await hasPackage(python, 'pytest_randomly'))) return false;
  const files = settings.map((name) => readFile(join(folder, name), 'utf8').catch(() => ''));
  const words = [...step.run, ...Object.entries(step.env).flat(), ...(await Promise.all(files))];
  return !words.some((text) => /no:randomly|PYTEST_DISABLE_PLUGIN_AUTOLOAD/.test(text));
}

/** What pytest is told besides its command line: the fixed seed first, so that what the file says wins. */
export function seededPytest(given: string | undefined): { readonly PYTEST_ADDOPTS: string } {
  return { PYTEST_ADDOPTS: given === undefined ? seedOption : `${seedOption} ${given}` };
}

async function hasPackage(python: string, name: string): Promise<boolean> {
  const library = join(python, 'lib');
  const versions = await readdir(library).catch(() => []);
  return versions.some((version) => existsSync(join(library, version, 'site-packages', name)));
}
