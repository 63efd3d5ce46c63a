import type { GpuNeeds, StepReports, StepSpec } from '../core/step.ts';
import type { ProjectConfig } from './project-config.ts';
import type { CommandConfig } from './step-config.ts';

/** What all commands of a project share: its Python, its environment variables, its secrets. */
export type Shared = Pick<ProjectConfig, 'python' | 'env' | 'secrets'>;

/** The step that a command of the file comes to, with what the whole file gives to all commands. */
export function toStepSpec(
  name: string,
  needs: readonly string[],
  command: CommandConfig,
  shared: Shared,
): StepSpec {
  return {
    name,
    needs,
    run: command.run,
    ...(command.inputs === undefined ? {} : { inputs: command.inputs }),
    ...(command.cache === false ? { cache: false } : {}),
    ...toEnvironment(command, shared),
    data: command.data,
    outputs: command.outputs,
    reports: toReports(command),
    timeoutMs: command.timeout,
    ...(command.onTimeout === undefined
      ? {}
      : { onTimeout: { extendMs: command.onTimeout.extend, times: command.onTimeout.times } }),
    retries: command.retries,
    ...toFlaky(command),
    ...(command.onOutOfMemory.length === 0 ? {} : { onOutOfMemory: command.onOutOfMemory }),
    ...(command.gpu === undefined ? {} : { gpu: toGpuNeeds(command.gpu) }),
    queue: command.queue,
  };
}

/**
 * Python, variables and secrets of a command; its own win over those of the whole file. Extras and groups of the whole
 * file are of its requirements: a command with others has none of them.
 */
export function toEnvironment(
  own: Pick<CommandConfig, 'requirements' | 'env' | 'secrets'> &
    Partial<Pick<CommandConfig, 'extras' | 'groups' | 'install'>>,
  { python, env, secrets }: Shared,
): Pick<StepSpec, 'requirements' | 'extras' | 'groups' | 'install' | 'python' | 'env' | 'secrets'> {
  const requirements = own.requirements ?? python.requirements;
  const shared = own.requirements === undefined ? python : { extras: [], groups: [] };
  const { extras = shared.extras, groups = shared.groups, install = python.install } = own;
  const hasPython = requirements.length > 0;
  return {
    requirements,
    ...(hasPython && extras.length > 0 ? { extras } : {}),
    ...(hasPython && groups.length > 0 ? { groups } : {}),
    ...(hasPython && install.length > 0 ? { install } : {}),
    ...(python.version === undefined ? {} : { python: python.version }),
    env: { ...env, ...own.env },
    secrets: [...new Set([...secrets, ...own.secrets])],
  };
}

const toReports = ({ junit, coverage, metrics, document, diagnostics }: CommandConfig): StepReports => ({
  ...(junit === undefined ? {} : { junit }),
  ...(coverage === undefined ? {} : { coverage }),
  ...(metrics === undefined ? {} : { metrics }),
  ...(document === undefined ? {} : { document }),
  ...(diagnostics === undefined ? {} : { diagnostics }),
});

/** The guide's three tries in half an hour, where the file does not say and there is a report to tell tests apart. */
function toFlaky({ flaky, junit }: CommandConfig): Pick<StepSpec, 'flaky'> {
  if (flaky !== undefined) {
    return { flaky: { tries: flaky.tries, withinMs: flaky.within, then: flaky.then } };
  }
  return junit === undefined ? {} : { flaky: { tries: 3, withinMs: 30 * 60_000, then: 'pass' } };
}

const toGpuNeeds = ({ count, memory, driver }: NonNullable<CommandConfig['gpu']>): GpuNeeds => ({
  count,
  ...(memory === undefined ? {} : { memoryBytes: memory }),
  ...(driver === undefined ? {} : { driver }),
});
