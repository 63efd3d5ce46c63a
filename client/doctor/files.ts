import { randomUUID } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { frontDoorSecrets } from '../../config/front-door-secrets.ts';
import type { SecretSource } from '../../config/secret-source.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import type { HomePaths } from '../../local/home.ts';
import { checkOf, ok, problem, problemOf, warning } from './finding.ts';
import type { Check, Found } from './finding.ts';

/** The operator's file as it was read, or the error that reading it gave. */
export type OperatorsFile =
  | { readonly path: string; readonly config: ServerConfig }
  | { readonly path: string; readonly config: null; readonly error: unknown };

/** LONGHAUL_HOME, the operator's file, and the secrets that it names. */
export const fileChecks = (home: HomePaths, file: OperatorsFile): readonly Check[] => [
  checkOf('files', 'LONGHAUL_HOME', () => writableHome(home.root)),
  checkOf('files', 'operator’s file', () => judgeOperatorsFile(file)),
  ...Object.entries(secretsOf(file)).map(([name, source]) =>
    checkOf('files', `secret ${name}`, () => secretFound(source)),
  ),
];

const secretsOf = ({ config }: OperatorsFile): Readonly<Record<string, SecretSource>> =>
  config === null ? {} : { ...config.secrets, ...frontDoorSecrets(config) };

async function writableHome(root: string): Promise<Found> {
  const there = existsSync(root);
  const probe = join(root, `.doctor-${randomUUID()}`);
  try {
    await mkdir(root, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
    if (!there) await rm(root, { recursive: true });
    return ok(there ? `${root} can be written` : `${root} can be made`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return problem(
      `${root} cannot be written (${why})`,
      `Give it to yourself, \`chown -R "$USER" ${root}\`, or name another folder: export LONGHAUL_HOME=FOLDER`,
    );
  }
}

function judgeOperatorsFile(file: OperatorsFile): Found {
  if (file.config === null) {
    return existsSync(file.path)
      ? problemOf(file.error, `Mend ${file.path}; its keys are in docs/configuration.md`)
      : problem(
          `there is no ${file.path}`,
          '`longhaul up` writes one; or name yours: export LONGHAUL_SERVER=FILE',
        );
  }
  const { environments, projects } = file.config;
  const lacking = ['staging', 'production'].filter((name) => environments[name] === undefined);
  if (lacking.length > 0) {
    return warning(
      `${file.path} has no environment ${lacking.join(' and ')}, so nothing can be released`,
      'Add it under `environments:`, such as `staging: { target: local, port: 8101 }`.',
    );
  }
  const count = Object.keys(projects).length;
  return ok(`${file.path} serves ${count} ${count === 1 ? 'project' : 'projects'}`);
}

async function secretFound(source: SecretSource): Promise<Found> {
  if ('env' in source) {
    return (process.env[source.env] ?? '') === ''
      ? warning(
          `the variable ${source.env} is not set here; the workers need it`,
          `Set it before the workers start: export ${source.env}=VALUE && longhaul down && longhaul up`,
        )
      : ok(`in the variable ${source.env}`);
  }
  const { file } = source;
  try {
    await access(file, constants.R_OK);
  } catch {
    return problem(
      `${file} is not there, or you may not read it`,
      `Put the value there: install -m 600 /dev/stdin ${file}`,
    );
  }
  if ((await readFile(file, 'utf8')).trim() === '') {
    return problem(`${file} is empty`, `Put the value there: install -m 600 /dev/stdin ${file}`);
  }
  const { mode } = await stat(file);
  if ((mode & 0o007) !== 0) return problem(`everybody on this machine may read ${file}`, `chmod 600 ${file}`);
  return (mode & 0o070) === 0
    ? ok(`in ${file}`)
    : warning(`your group may read ${file}`, `chmod 600 ${file}`);
}
