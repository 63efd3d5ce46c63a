import { parseArgs } from 'node:util';
import { LonghaulError } from '../core/errors.ts';
import { homePaths } from '../local/home.ts';

/** What a worker is told at its start. A port of 0 means: not served. */
export interface WorkerSettings {
  readonly serverFile: string;
  /** Port of Longhaul's own counts of activities. */
  readonly metricsPort: number;
  /** Port of the Temporal SDK's own metrics. */
  readonly sdkMetricsPort: number;
  /** Activities at a time; absent: the queue's own default. */
  readonly concurrency: number | undefined;
}

/**
 * Reads `--server FILE --metrics-port N --sdk-metrics-port N --concurrency N`, each also settable as a variable
 * (LONGHAUL_SERVER, LONGHAUL_METRICS_PORT, LONGHAUL_SDK_METRICS_PORT, LONGHAUL_CONCURRENCY).
 * @throws LonghaulError InvalidConfig
 */
export function readSettings(
  args: readonly string[] = process.argv.slice(2),
  environment: NodeJS.ProcessEnv = process.env,
): WorkerSettings {
  const given = parseFlags(args);
  const text = (flag: keyof typeof given, variable: string): string | undefined =>
    given[flag] ?? (environment[variable] === '' ? undefined : environment[variable]);
  const count = (flag: keyof typeof given, variable: string): number | undefined => {
    const value = text(flag, variable);
    if (value === undefined) return undefined;
    if (/^\d{1,5}$/.test(value)) return Number(value);
    throw new LonghaulError(
      'InvalidConfig',
      `--${flag} (or ${variable}) is \`${value}\`: it has to be a whole number.`,
    );
  };
  return {
    serverFile: text('server', 'LONGHAUL_SERVER') ?? homePaths().serverConfig,
    metricsPort: count('metrics-port', 'LONGHAUL_METRICS_PORT') ?? 0,
    sdkMetricsPort: count('sdk-metrics-port', 'LONGHAUL_SDK_METRICS_PORT') ?? 0,
    concurrency: count('concurrency', 'LONGHAUL_CONCURRENCY'),
  };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        server: { type: 'string' },
        'metrics-port': { type: 'string' },
        'sdk-metrics-port': { type: 'string' },
        concurrency: { type: 'string' },
      },
    }).values;
  } catch (cause) {
    throw new LonghaulError('InvalidConfig', cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}
