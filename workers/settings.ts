import { parseArgs } from 'node:util';
import { LonghaulError } from '../core/errors.ts';
import { homePaths } from '../local/home.ts';

/** A port to serve metrics on: `auto` is any that is free, 0 none. */
export type MetricsPort = number | 'auto';

/** What a worker is told at its start. */
export interface WorkerSettings {
  readonly serverFile: string;
  /** Port of Longhaul's own metrics. */
  readonly metricsPort: MetricsPort;
  /** Port of the Temporal SDK's own metrics. */
  readonly sdkMetricsPort: MetricsPort;
  /** File to tell Prometheus in where the metrics are (its file discovery); absent: it is told otherwise. */
  readonly metricsTargets: string | undefined;
  /** Activities at a time; absent: the queue's own default. */
  readonly concurrency: number | undefined;
  /** How long running activities may still go on at SIGTERM; 10 when absent. */
  readonly graceSeconds: number | undefined;
}

/**
 * Reads `--server FILE --metrics-port N --sdk-metrics-port N --metrics-targets FILE --concurrency N --grace SECONDS`,
 * each also settable as a variable (LONGHAUL_SERVER, LONGHAUL_METRICS_PORT, LONGHAUL_SDK_METRICS_PORT,
 * LONGHAUL_METRICS_TARGETS, LONGHAUL_CONCURRENCY, LONGHAUL_GRACE). A port may be `auto`.
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
  const port = (flag: 'metrics-port' | 'sdk-metrics-port', variable: string): MetricsPort =>
    text(flag, variable) === 'auto' ? 'auto' : (count(flag, variable) ?? 0);
  return {
    serverFile: text('server', 'LONGHAUL_SERVER') ?? homePaths().serverConfig,
    metricsPort: port('metrics-port', 'LONGHAUL_METRICS_PORT'),
    sdkMetricsPort: port('sdk-metrics-port', 'LONGHAUL_SDK_METRICS_PORT'),
    metricsTargets: text('metrics-targets', 'LONGHAUL_METRICS_TARGETS'),
    concurrency: count('concurrency', 'LONGHAUL_CONCURRENCY'),
    graceSeconds: count('grace', 'LONGHAUL_GRACE'),
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
        'metrics-targets': { type: 'string' },
        concurrency: { type: 'string' },
        grace: { type: 'string' },
      },
    }).values;
  } catch (cause) {
    throw new LonghaulError('InvalidConfig', cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}
