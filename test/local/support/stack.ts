import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverConfigSchema, type ServerConfig } from '../../../config/server-config.ts';
import type { LaneRef } from '../../../core/ids.ts';
import type { ArmSpec, ServeSpec } from '../../../core/serving.ts';
import { homePaths, type HomePaths } from '../../../local/home.ts';
import { armCode, notePrepared } from '../../../local/prepared-arm.ts';
import { freePort } from '../../../local/supervisor/ports.ts';
import { findTools } from '../../../local/tools.ts';
import { startSupervisor, stopSupervisor } from '../../../local/up.ts';

export const production: LaneRef = { model: 'flight-delay', environment: 'production' };

export interface TestStack {
  readonly home: HomePaths;
  readonly server: ServerConfig;
  readonly ports: ServerConfig['local']['ports'];
  readonly baseUrl: string;
  up(): Promise<{ readonly alreadyRunning: boolean }>;
  remove(): Promise<void>;
}

/** A stack of its own on free ports: Envoy and Prometheus, and all four servers where `whole` is asked for. */
export async function createStack(options: { readonly whole?: boolean } = {}): Promise<TestStack> {
  const home = homePaths(await mkdtemp(join(tmpdir(), 'longhaul-stack-')));
  const used = new Set<number>();
  const port = async (): Promise<number> => {
    const free = await freePort(used);
    used.add(free);
    return free;
  };
  const ports = {
    temporal: await port(),
    temporalUi: await port(),
    mlflow: await port(),
    prometheus: await port(),
    envoyAdmin: await port(),
  };
  const host = options.whole === true ? '127.0.0.1' : 'elsewhere.example';
  const door = await port();
  const server = serverConfigSchema.parse({
    version: 1,
    temporal: { address: `${host}:${ports.temporal}` },
    mlflow: { trackingUri: `http://${host}:${ports.mlflow}` },
    environments: {
      production: { target: 'local', port: door },
      staging: { target: 'local', port: await port() },
    },
    secrets: { SECRET_WORD: { env: 'LONGHAUL_TEST_SECRET' } },
    local: { ports },
  });
  return {
    home,
    server,
    ports,
    baseUrl: `http://127.0.0.1:${door}`,
    up: () => startSupervisor({ home, server, tools: findTools() }),
    remove: async () => {
      await stopSupervisor(home);
      await rm(home.root, { recursive: true, force: true });
    },
  };
}

const serve: ServeSpec = {
  run: `exec '${process.execPath}' model-server.ts`,
  requirements: [],
  env: {},
  secrets: [],
  healthPath: '/healthz',
  metricsPath: '/metrics',
  versionHeader: 'X-Model-Version',
  startTimeoutMs: 20_000,
};

export interface ArmWish {
  readonly version: string;
  readonly release?: string;
  readonly replicas?: number;
  readonly serve?: Partial<ServeSpec>;
}

export function armOf(wish: ArmWish): ArmSpec {
  const { version, release = `release/flight-delay/${version}-1`, replicas = 1 } = wish;
  return {
    id: `flight-delay-v${version}-${randomUUID().slice(0, 8)}`,
    release,
    project: 'longhaul/flights',
    commit: version.padStart(40, '0'),
    model: production.model,
    version,
    runId: `run-${version}`,
    source: 'mlflow-artifacts:/model',
    serve: { ...serve, ...wish.serve },
    overlay: {},
    replicas,
  };
}

/** An arm whose files are on this machine. */
export async function preparedArm(home: HomePaths, wish: ArmWish): Promise<ArmSpec> {
  const arm = armOf(wish);
  const code = armCode(home, arm.id);
  await mkdir(code, { recursive: true });
  await copyFile(modelServer, join(code, 'model-server.ts'));
  await notePrepared(home, arm.id, {
    python: null,
    environment: null,
    model: join(home.models, arm.version),
  });
  return arm;
}

export const modelServer = join(import.meta.dirname, 'model-server.ts');
