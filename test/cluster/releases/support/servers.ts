import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { searchAttributes } from '../../../../core/ids.ts';
import { findTools } from '../../../../local/tools.ts';
import type { StartedMlflow } from '../../../servers/mlflow.ts';
import { startRegistry } from '../../support/flights-registry.ts';
import type { LoggedModel } from './candidates.ts';

/** What all scenarios are given. */
export interface Given {
  readonly servers: Servers;
  /** What trainings leave. */
  readonly model: LoggedModel;
}

/** What all releases share: Temporal, and an MLflow that pods reach. */
export interface Servers {
  readonly env: TestWorkflowEnvironment;
  /** Host and port of Temporal. */
  readonly temporal: string;
  readonly registry: StartedMlflow;
  /** LONGHAUL_HOME of the workers. */
  readonly home: string;
  close(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const home = await mkdtemp(join(tmpdir(), 'longhaul-releases-'));
  process.env['LONGHAUL_HOME'] = home;
  const [env, registry] = await Promise.all([startTemporal(), startRegistry()]);
  return {
    ...{ env, registry, home },
    temporal: env.address,
    close: async () => {
      await Promise.all([env.teardown(), registry.stop()]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function startTemporal(): Promise<TestWorkflowEnvironment> {
  const env = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: findTools().temporal },
      extraArgs: ['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=1000'],
    },
  });
  await env.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(Object.values(searchAttributes).map((name) => [name, 2])),
  });
  return env;
}
