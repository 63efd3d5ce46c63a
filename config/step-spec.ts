import type { StepReports, StepSpec } from '../core/step.ts';
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
    ...toEnvironment(command, shared),
    data: command.data,
    outputs: command.outputs,
    reports: toReports(command),
    timeoutMs: command.timeout,
    attempts: command.attempts,
    queue: command.queue,
  };
}

/** Python, variables and secrets of a command; its own win over those of the whole file. */
export function toEnvironment(
  own: Pick<CommandConfig, 'requirements' | 'env' | 'secrets'>,
  { python, env, secrets }: Shared,
): Pick<StepSpec, 'requirements' | 'python' | 'env' | 'secrets'> {
  return {
    requirements: own.requirements ?? python.requirements,
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
