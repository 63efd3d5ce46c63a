import { Argument } from 'commander';
import type { Command } from 'commander';
import { loadServerConfig } from '../../../config/load-server.ts';
import { cacheKinds } from '../../../core/caches.ts';
import type { CacheEntry, CacheKind } from '../../../core/caches.ts';
import { formatBytes, formatPercent } from '../../../core/numbers.ts';
import { formatTime } from '../../../core/time.ts';
import { cleanCaches } from '../../../local/caches/clean.ts';
import { cacheEntries } from '../../../local/caches/entries.ts';
import { liveLeases } from '../../../local/caches/leases.ts';
import { keepWithinLimit, usedBytes } from '../../../local/caches/limit.ts';
import { cachePlaces } from '../../../local/caches/places.ts';
import type { HomePaths } from '../../../local/home.ts';
import { homePaths } from '../../../local/home.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { printJson } from '../output.ts';
import { pageFor } from '../render/page.ts';
import { tableLines } from '../render/table-lines.ts';
import { serverFileOf } from '../server-file.ts';
import type { GlobalOptions } from '../session.ts';

export const addCache: AddCommand = (parent, { output }) => {
  const cache = parent
    .command('cache')
    .description('what the caches of this machine hold: Python, downloads, models, data')
    .addHelpText(
      'after',
      examples('longhaul cache', 'longhaul cache clean hub', 'longhaul cache clean --all'),
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const home = homePaths();
      const limit = loadServerConfig(serverFileOf(options)).caches.limit;
      const report = await describeCaches(home, limit);
      if (options.json === true) printJson(output, report);
      else for (const line of reportLines(report, pageFor(output).columns)) output.print(line);
    });
  cache
    .command('clean')
    .addArgument(
      new Argument('[kind]', 'the cache; without one, only what is above the limit').choices(cacheKinds),
    )
    .option('--all', 'all kinds')
    .description('free what no running step was given, the least recently used first')
    .addHelpText(
      'after',
      examples('longhaul cache clean', 'longhaul cache clean hub', 'longhaul cache clean --all'),
    )
    .action(async (kind: CacheKind | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { readonly all?: boolean }>();
      const home = homePaths();
      const before = await usedBytes(home);
      const { gone, kept } = await clean(home, options, kind);
      const freed = Math.max(0, before - (await usedBytes(home)));
      if (options.json === true) printJson(output, { entries: gone.length, bytes: freed, kept: kept.length });
      else {
        const held = kept.length === 0 ? '' : `; ${kept.length} are or may be in use`;
        const entries = gone.length === 1 ? '1 entry' : `${gone.length} entries`;
        output.print(`${formatBytes(freed)} freed, ${entries} went${held}.`);
      }
    });
};

interface Cleaned {
  readonly gone: readonly CacheEntry[];
  readonly kept: readonly CacheEntry[];
}

async function clean(
  home: HomePaths,
  options: GlobalOptions & { readonly all?: boolean },
  kind: CacheKind | undefined,
): Promise<Cleaned> {
  if (options.all === true) return cleanCaches(home, cacheKinds);
  if (kind !== undefined) return cleanCaches(home, [kind]);
  const { limit } = loadServerConfig(serverFileOf(options)).caches;
  return { gone: await keepWithinLimit(home, limit), kept: [] };
}

interface CachesReport {
  readonly limit: number;
  /** Of the disk; files with several names count once. */
  readonly bytes: number;
  /** Steps that run now, and were given them. */
  readonly steps: number;
  readonly kinds: readonly {
    readonly kind: CacheKind;
    readonly folder: string;
    readonly bytes: number;
    readonly entries: number;
    /** ISO time; null for an empty one. */
    readonly lastUsed: string | null;
  }[];
}

async function describeCaches(home: HomePaths, limit: number): Promise<CachesReport> {
  const places = cachePlaces(home);
  const entries = await cacheEntries(places);
  const kinds = cacheKinds.map((kind) => {
    const own = entries.filter((entry) => entry.kind === kind);
    const lastUsed = Math.max(0, ...own.map(({ usedAt }) => usedAt));
    return {
      ...{ kind, folder: places[kind], entries: own.length },
      bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
      lastUsed: lastUsed === 0 ? null : new Date(lastUsed).toISOString(),
    };
  });
  const steps = (await liveLeases(home)).filter(({ holds }) => holds === 'step').length;
  return { limit, bytes: await usedBytes(home), steps, kinds };
}

const what: Readonly<Record<CacheKind, string>> = {
  environments: 'Python environments, one a lock',
  uv: 'packages that uv got, beside those in environments',
  pip: 'packages that pip got',
  hub: 'models and data sets of the model hub (HF_HOME)',
  torch: 'models of torch.hub (TORCH_HOME)',
  data: 'DVC’s files',
};

function reportLines({ limit, bytes, steps, kinds }: CachesReport, columns: number): readonly string[] {
  const rows = kinds.map(({ kind, entries, lastUsed, ...one }) => [
    ...[kind, formatBytes(one.bytes), String(entries)],
    ...[lastUsed === null ? '-' : formatTime(lastUsed), what[kind]],
  ]);
  const running =
    steps === 0 ? 'no step runs' : `${steps} running step${steps === 1 ? '' : 's'} may use them`;
  return [
    ...tableLines([['CACHE', 'SIZE', 'ENTRIES', 'LAST USED', 'WHAT'], ...rows], columns),
    '',
    `${formatBytes(bytes)} in all, of at most ${formatBytes(limit)} (${formatPercent(bytes / limit)}); ${running}.`,
  ];
}
