import { Connection, isGrpcServiceError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import type { ServerConfig } from '../config/server-config.ts';
import { LonghaulError } from '../core/errors.ts';

/** Where Temporal is and how to get in. `options` are for `Connection.connect` and `NativeConnection.connect` alike. */
export interface TemporalSettings {
  readonly address: string;
  readonly namespace: string;
  readonly options: Pick<ClientConnectConfig['connectionOptions'], 'tls' | 'apiKey'> & {
    readonly address: string;
  };
}

/**
 * The standard variables and profiles of Temporal's own tools (TEMPORAL_ADDRESS, TEMPORAL_PROFILE, ...) win over
 * the operator's file. @throws LonghaulError InvalidConfig for a profile that cannot be read
 */
export function temporalSettings(config: Pick<ServerConfig, 'temporal'>): TemporalSettings {
  const standard = readStandardConfig();
  const { tls, apiKey } = standard.connectionOptions;
  const address = standard.connectionOptions.address ?? config.temporal.address;
  return {
    address,
    namespace: standard.namespace ?? config.temporal.namespace,
    options: {
      address,
      ...(tls === undefined || tls === null ? {} : { tls }),
      ...(apiKey === undefined ? {} : { apiKey }),
    },
  };
}

function readStandardConfig(): ClientConnectConfig {
  try {
    return loadClientConnectConfig();
  } catch (cause) {
    throw new LonghaulError(
      'InvalidConfig',
      `Temporal's client configuration cannot be read: ${reason(cause)}.`,
      {
        mend: 'Check TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE and the file that they name.',
        cause,
      },
    );
  }
}

/** Connects within five seconds. @throws LonghaulError Unreachable */
export async function connectToTemporal(settings: TemporalSettings): Promise<Connection> {
  try {
    return await Connection.connect({ ...settings.options, connectTimeout: 5_000 });
  } catch (cause) {
    throw unreachable(settings, cause);
  }
}

/** The one message for a Temporal that does not answer. */
const unreachable = (settings: TemporalSettings, cause: unknown): LonghaulError =>
  new LonghaulError('Unreachable', `Temporal does not answer at ${settings.address}.`, {
    mend: 'Start it with `longhaul up`, or set `temporal.address` in the operator’s file or TEMPORAL_ADDRESS.',
    cause,
  });

const reason = (error: unknown): string =>
  isGrpcServiceError(error) ? error.details : error instanceof Error ? error.message : String(error);
