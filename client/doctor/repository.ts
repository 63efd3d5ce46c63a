import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadProject, projectFile } from '../../config/load-project.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { chooseGpus, gpuQuery, noGpu, readGpus } from '../../core/gpus.ts';
import type { GpuNeeds } from '../../core/step.ts';
import { checkOf, ok, problem, warning } from './finding.ts';
import type { Check, Found } from './finding.ts';

const execute = promisify(execFile);

/** The longhaul.yaml of the repository at `root`, whether it is served, and the GPUs that its steps ask for. */
export function repositoryChecks(root: string, config: ServerConfig | null): readonly Check[] {
  const project = loadProject({
    files: (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null),
    ...(config === null ? {} : { server: config }),
  });
  if (!project.ok) {
    const [first, ...others] = project.problems;
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    const place = first === undefined ? projectFile : `${first.file}:${first.line}`;
    const found = problem(
      `${place} ${first?.message ?? 'is not valid'}${more}`,
      `See all with: longhaul validate ${root}`,
    );
    return [checkOf('repository', projectFile, () => found)];
  }
  const { ciPlan, releasePlan } = project;
  const steps = [...ciPlan.steps, ...(releasePlan === undefined ? [] : [releasePlan.train])];
  const needs = steps.flatMap(({ gpu, name }) => (gpu === undefined ? [] : [{ name, gpu }]));
  return [
    checkOf('repository', projectFile, () => ok(`is valid: ${ciPlan.steps.length} CI steps`)),
    ...(config === null
      ? []
      : [checkOf('repository', 'served', () => servedFound(project.config.project, config))]),
    ...needs.map(({ name, gpu }) => checkOf('repository', `GPU for ${name}`, () => gpuFound(gpu))),
  ];
}

function servedFound(project: string, { projects }: ServerConfig): Found {
  const known = projects[project];
  if (known !== undefined) return ok(`${project} from ${known.url}`);
  return warning(
    `the operator’s file does not serve ${project}`,
    'Add it under `projects:`, or let it be added: longhaul init',
  );
}

/** Of this machine; the worker of the queue gpu may be on another. */
async function gpuFound(needs: GpuNeeds): Promise<Found> {
  const asked = await execute('nvidia-smi', [`--query-gpu=${gpuQuery}`, '--format=csv,noheader,nounits'], {
    timeout: 10_000,
  }).catch((error: unknown) => error as Error);
  const gpus = asked instanceof Error ? [] : readGpus(asked.stdout);
  if (gpus.length === 0) {
    const why = asked instanceof Error ? asked.message.split('\n', 1)[0] : undefined;
    const { cause, mend } = noGpu(hostname(), why ?? 'nvidia-smi lists no device');
    return warning(cause, mend);
  }
  const choice = chooseGpus(needs, gpus, hostname());
  if (choice.kind === 'lacking') return warning(choice.diagnosis.cause, choice.diagnosis.mend);
  return ok(choice.gpus.map(({ name, driver }) => `${name} (driver ${driver})`).join(', '));
}
