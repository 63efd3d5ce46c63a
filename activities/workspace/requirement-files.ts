import { createHash } from 'node:crypto';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { LonghaulError } from '../../core/errors.ts';

const include = /^\s*(?:-r|-c|--requirement|--constraint)[\s=]+(\S+)/;
const localSource = /^\s*(?:(?:-e|--editable)\b|\.{0,2}\/|\.\s*$|file:)/;

/**
 * Hash over what the requirement files say, with all that they include, in order.
 * @param read text of a file of the commit
 * @param files paths relative to the repository
 * @throws LonghaulError BrokenEnvironment for a file that is missing, or a requirement of the repository's own folder,
 * which an environment that runs share by content cannot hold
 */
export async function hashRequirements(
  read: (path: string) => Promise<string | null>,
  files: readonly string[],
): Promise<string> {
  const hash = createHash('sha256');
  const seen = new Set<string>();
  const add = async (file: string, includedBy?: string): Promise<void> => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = await readRequirements(read, file, includedBy);
    hash.update(`${file}\0${text}\0`);
    for (const line of text.split('\n')) {
      if (localSource.test(line)) throw localRequirement(file, line.trim());
      const included = include.exec(line)?.[1];
      if (included !== undefined) await add(normalize(join(dirname(file), included)), file);
    }
  };
  for (const file of files) await add(normalize(file));
  return hash.digest('hex');
}

async function readRequirements(
  read: (path: string) => Promise<string | null>,
  file: string,
  includedBy?: string,
): Promise<string> {
  if (isAbsolute(file) || file.startsWith('..')) {
    throw new LonghaulError(
      'BrokenEnvironment',
      `The requirements file ${file} is outside of the repository.`,
    );
  }
  const text = await read(file);
  if (text === null) {
    const where = includedBy === undefined ? '' : `, which ${includedBy} includes,`;
    throw new LonghaulError(
      'BrokenEnvironment',
      `The requirements file ${file}${where} is not in the commit.`,
      {
        mend: 'Commit it, or correct `requirements` in longhaul.yaml.',
      },
    );
  }
  return text;
}

function localRequirement(file: string, line: string): LonghaulError {
  return new LonghaulError(
    'BrokenEnvironment',
    `${file} asks for "${line}", but an environment is shared by commits and holds none of their code.`,
    { mend: 'Take the line out, and set PYTHONPATH in `env` so that the code is found.' },
  );
}
