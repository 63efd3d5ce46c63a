import { LonghaulError } from '../../core/errors.ts';
import { serviceNames, type ServiceName, type StackSettings } from './desired-state.ts';
import { isFree } from './ports.ts';

/** A fixed port of the stack: whose it is, and the key of the operator's file that moves it. */
export interface FixedPort {
  readonly port: number;
  readonly what: string;
  readonly key: string;
}

export function fixedPorts(stack: StackSettings): readonly FixedPort[] {
  const { ports } = stack;
  const ofServices: Readonly<Record<ServiceName, readonly FixedPort[]>> = {
    temporal: [
      { port: ports.temporal, what: 'Temporal', key: 'local.ports.temporal' },
      { port: ports.temporalUi, what: 'the Temporal UI', key: 'local.ports.temporalUi' },
    ],
    mlflow: [{ port: ports.mlflow, what: 'MLflow', key: 'local.ports.mlflow' }],
    prometheus: [{ port: ports.prometheus, what: 'Prometheus', key: 'local.ports.prometheus' }],
    envoy: [
      { port: ports.envoyAdmin, what: "Envoy's admin pages", key: 'local.ports.envoyAdmin' },
      ...Object.entries(stack.environments).map(([name, { port }]) => ({
        port,
        what: `the front door of ${name}`,
        key: `environments.${name}.port`,
      })),
    ],
  };
  return serviceNames.filter((name) => stack.services.includes(name)).flatMap((name) => ofServices[name]);
}

/** @throws LonghaulError Conflict naming the port, what it is for, and the key that moves it */
export async function refuseTakenPorts(stack: StackSettings): Promise<void> {
  for (const { port, what, key } of fixedPorts(stack))
    if (!(await isFree(port)))
      throw new LonghaulError('Conflict', `Port ${port}, for ${what}, is taken by another program.`, {
        mend: `End that program, or set \`${key}\` in longhaul.server.yaml to a free port.`,
      });
}
