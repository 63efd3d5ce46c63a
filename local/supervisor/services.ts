import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { namespace, searchAttributes } from '../../core/ids.ts';
import type { HomePaths } from '../home.ts';
import type { ChildSpec } from './child.ts';
import { serviceNames, type ServiceName, type StackSettings } from './desired-state.ts';
import { supervisedIn } from './leftovers.ts';
import { healthHindrance } from './probe.ts';

const execute = promisify(execFile);

/** MLflow loads half a minute where both cores are busy; ending a slow start would only make it slower. */
const startTimeoutMs = 240_000;

/** The servers of the stack, in the order of their start. */
export function serviceSpecs(home: HomePaths, stack: StackSettings): readonly ChildSpec[] {
  const makers = { temporal, mlflow, prometheus, envoy } satisfies Record<ServiceName, unknown>;
  return serviceNames
    .filter((name) => stack.services.includes(name))
    .map((name) => makers[name](home, stack));
}

interface ServicePlan {
  readonly name: ServiceName;
  /** Default: the loopback address. */
  readonly host?: string;
  readonly port: number;
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly healthPort?: number;
  readonly healthPath: string;
  readonly onceUp?: () => Promise<void>;
  readonly env?: Readonly<Record<string, string>>;
}

function service(home: HomePaths, plan: ServicePlan): ChildSpec {
  return {
    key: plan.name,
    replica: null,
    choosePort: () => Promise.resolve(plan.port),
    command: async () => {
      await mkdir(plan.folder, { recursive: true });
      const env = { ...inherited(), ...plan.env, ...supervisedIn(home) };
      return { program: plan.program, args: plan.args, cwd: plan.folder, env, secretValues: [] };
    },
    hindrance: () => healthHindrance(plan.healthPort ?? plan.port, plan.healthPath, plan.host),
    ...(plan.onceUp === undefined ? {} : { onceUp: plan.onceUp }),
    startTimeoutMs,
    endGraceMs: 10_000,
    logFile: join(home.logs, `${plan.name}.log`),
  };
}

function temporal(home: HomePaths, stack: StackSettings): ChildSpec {
  const address = `127.0.0.1:${stack.ports.temporal}`;
  const settings = {
    '--db-filename': join(home.temporal, 'temporal.db'),
    '--namespace': stack.temporalNamespace,
    '--ip': '127.0.0.1',
    '--port': String(stack.ports.temporal),
    '--ui-port': String(stack.ports.temporalUi),
    '--log-level': 'warn',
    '--dynamic-config-value': 'history.transferProcessorMaxPollRPS=1000',
  };
  const attributes = Object.values(searchAttributes).flatMap((name) => [
    '--search-attribute',
    `${name}=Keyword`,
  ]);
  return service(home, {
    name: 'temporal',
    port: stack.ports.temporal,
    program: stack.programs.temporal,
    args: ['server', 'start-dev', ...Object.entries(settings).flat(), ...attributes],
    folder: home.temporal,
    healthPort: stack.ports.temporalUi,
    healthPath: '/',
    onceUp: async () => {
      const retention = ['--retention', `${namespace.retentionDays * 24}h`];
      const update = [
        'operator',
        'namespace',
        'update',
        '--namespace',
        stack.temporalNamespace,
        ...retention,
      ];
      await execute(stack.programs.temporal, [...update, '--address', address], { timeout: 20_000 });
    },
  });
}

function mlflow(home: HomePaths, stack: StackSettings): ChildSpec {
  const settings = {
    '--host': stack.mlflowHost,
    '--port': String(stack.ports.mlflow),
    '--backend-store-uri': `sqlite:///${join(home.mlflow, 'mlflow.db')}`,
    '--artifacts-destination': join(home.mlflow, 'artifacts'),
    '--workers': '1',
    '--uvicorn-opts': '--no-access-log',
  };
  return service(home, {
    name: 'mlflow',
    host: stack.mlflowHost,
    port: stack.ports.mlflow,
    program: join(stack.programs.mlflowPython, 'bin', 'mlflow'),
    args: ['server', ...Object.entries(settings).flat(), '--serve-artifacts'],
    folder: home.mlflow,
    healthPath: '/health',
    env: {
      PATH: `${join(stack.programs.mlflowPython, 'bin')}:${process.env['PATH'] ?? ''}`,
      // MLflow's own job queue: seven more processes of 230 MB that nothing here uses.
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    },
  });
}

function prometheus(home: HomePaths, stack: StackSettings): ChildSpec {
  return service(home, {
    name: 'prometheus',
    port: stack.ports.prometheus,
    program: stack.programs.prometheus,
    args: [
      `--config.file=${join(home.prometheus, 'prometheus.json')}`,
      `--storage.tsdb.path=${join(home.prometheus, 'data')}`,
      `--web.listen-address=127.0.0.1:${stack.ports.prometheus}`,
      '--log.level=warn',
    ],
    folder: home.prometheus,
    healthPath: '/-/ready',
  });
}

function envoy(home: HomePaths, stack: StackSettings): ChildSpec {
  return service(home, {
    name: 'envoy',
    port: stack.ports.envoyAdmin,
    program: stack.programs.envoy,
    args: [
      '-c',
      join(home.envoy, 'bootstrap.json'),
      '--disable-hot-restart',
      '--concurrency',
      '2',
      '-l',
      'warn',
    ],
    folder: home.envoy,
    healthPath: '/ready',
  });
}

function inherited(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(process.env).filter((entry) => entry[1] !== undefined)) as Record<
    string,
    string
  >;
}
