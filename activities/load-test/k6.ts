import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baseUrlVariables } from '../../core/base-url.ts';
import type { LoadTestSpec } from '../../core/release.ts';
import type { CommandSite } from '../steps/commands.ts';
import { runProgramAtSite } from '../steps/commands.ts';
import type { LoadTestEnd } from './judge-load-test.ts';

/** The flag wins over the script's own choice, which may leave out what is judged. */
const TREND_STATISTICS = 'avg,min,med,max,p(90),p(95),p(99)';

/**
 * Runs the script of the worktree at `site` until its end, its timeout or a cancellation. `summary` is the text of
 * the file that k6 wrote, or null.
 */
export async function runK6(input: {
  readonly k6: string;
  readonly spec: LoadTestSpec;
  readonly summaryFile: string;
  readonly site: CommandSite;
}): Promise<{ readonly end: LoadTestEnd; readonly summary: string | null }> {
  const { k6, spec, summaryFile, site } = input;
  if (!existsSync(join(site.folder, spec.script))) return { end: { kind: 'noScript' }, summary: null };
  const timeout = AbortSignal.timeout(spec.timeoutMs);
  const ended = await runProgramAtSite(
    [
      ...([k6, 'run', '--quiet', '--no-color', '--no-usage-report'] as const),
      // k6 would open its control port, the same one for every run.
      ...['--address', ''],
      ...['--summary-trend-stats', TREND_STATISTICS, '--summary-export', summaryFile],
      spec.script,
    ],
    { ...site, signal: AbortSignal.any([site.signal, timeout]) },
  );
  const isTimedOut = ended.kind === 'stopped' && !site.signal.aborted;
  return {
    end: isTimedOut ? { kind: 'timedOut' } : ended,
    summary: existsSync(summaryFile) ? await readFile(summaryFile, 'utf8') : null,
  };
}

/**
 * All that the script finds in `__ENV`: what the file names, the environment's overlay, the secrets, BASE_URL with
 * BASE_HEADERS, and STAGES (JSON as k6 takes it) where the file sets stages.
 */
export function k6Environment(input: {
  readonly spec: LoadTestSpec;
  readonly baseUrl: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly overlay: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly home: string;
  readonly temporary: string;
}): Readonly<Record<string, string>> {
  const { spec, overlay, secrets, home, temporary } = input;
  const stages = spec.stages?.map(({ durationMs, target }) => ({ duration: `${durationMs}ms`, target }));
  return {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    TMPDIR: temporary,
    ...spec.env,
    ...overlay,
    ...secrets,
    ...baseUrlVariables(input),
    ...(stages === undefined ? {} : { STAGES: JSON.stringify(stages) }),
  };
}
