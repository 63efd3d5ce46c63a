import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { LonghaulError } from '../core/errors.ts';
import { formatProblems } from './format-problems.ts';
import { resolvePaths } from './resolve-paths.ts';
import { checkSchema } from './schema-problems.ts';
import { checkPeople } from './people-checks.ts';
import { checkEnvironments } from './server-checks.ts';
import type { ServerConfig } from './server-config.ts';
import { serverConfigSchema } from './server-config.ts';
import { readYaml } from './yaml-source.ts';

/** Reads the operator's file. @throws LonghaulError InvalidConfig, with every problem's line, or when there is no file */
export function loadServerConfig(path: string): ServerConfig {
  const source = readYaml(basename(path), readText(path));
  const checked = checkSchema(serverConfigSchema, source);
  const problems = checked.ok
    ? [...checkEnvironments(checked.value, source), ...checkPeople(checked.value, source)]
    : checked.problems;
  if (checked.ok && problems.length === 0) return resolvePaths(checked.value, dirname(resolve(path)));
  throw new LonghaulError('InvalidConfig', `${path} is not valid:\n${formatProblems(problems)}`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new LonghaulError('InvalidConfig', `The operator's file ${path} cannot be read.`, {
      mend: '`longhaul up` writes one; LONGHAUL_HOME says in which folder.',
      cause,
    });
  }
}
