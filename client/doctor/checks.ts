import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectFile } from '../../config/load-project.ts';
import { loadServerConfig } from '../../config/load-server.ts';
import type { HomePaths } from '../../local/home.ts';
import { findTools } from '../../local/tools.ts';
import { clusterChecks } from './clusters.ts';
import { fileChecks } from './files.ts';
import type { OperatorsFile } from './files.ts';
import type { Check } from './finding.ts';
import { githubChecks } from './github.ts';
import { machineChecks } from './machine.ts';
import { programChecks } from './programs.ts';
import { projectChecks } from './projects.ts';
import { repositoryChecks } from './repository.ts';
import { serverChecks } from './servers.ts';
import { slackChecks } from './slack.ts';
import { stackCheck } from './stack.ts';
import { storeCheck } from './store.ts';
import { temporalCheck } from './temporal.ts';
import { webhookChecks } from './webhooks.ts';

/** Everything that can be looked at; `repository` is the root of the one that the command is typed in, if any. */
export function allChecks(given: {
  readonly home: HomePaths;
  readonly serverFile: string;
  readonly repository: string | null;
}): readonly Check[] {
  const { home, repository, serverFile } = given;
  const file = readOperatorsFile(serverFile);
  const { config } = file;
  return [
    ...machineChecks(home.root),
    ...programChecks(findTools(), config),
    ...fileChecks(home, file),
    stackCheck(home),
    ...(config === null
      ? []
      : [
          temporalCheck(config),
          ...serverChecks(config),
          ...webhookChecks(config),
          ...githubChecks(config),
          ...slackChecks(config),
          ...clusterChecks(config),
          storeCheck(config, home),
          ...projectChecks(config),
        ]),
    ...(repository !== null && existsSync(join(repository, projectFile))
      ? repositoryChecks(repository, config)
      : []),
  ];
}

function readOperatorsFile(path: string): OperatorsFile {
  try {
    return { path, config: loadServerConfig(path) };
  } catch (error) {
    return { path, config: null, error };
  }
}
