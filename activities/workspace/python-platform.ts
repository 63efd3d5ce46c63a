import { spawnSync } from 'node:child_process';
import { arch, platform, release } from 'node:os';
import { z } from 'zod';

/**
 * What decides, beside the interpreter, which wheels a machine can use: `linux x64 glibc 2.36`, `linux x64 musl 1.2.5`,
 * `darwin arm64 23`. Does not change while the process lives.
 */
export const wheelPlatform = (): string => (known ??= `${platform()} ${arch()} ${systemLibrary()}`);

let known: string | undefined;

const reportSchema = z.object({
  header: z.object({ glibcVersionRuntime: z.string().optional() }),
  sharedObjects: z.array(z.string()),
});

function systemLibrary(): string {
  if (platform() !== 'linux') return release().replace(/\..*$/, '');
  const { header, sharedObjects } = reportSchema.parse(localReport());
  if (header.glibcVersionRuntime !== undefined) return `glibc ${header.glibcVersionRuntime}`;
  return `musl ${muslVersion(sharedObjects)}`;
}

/** Without the network, whose names may take seconds to be found. */
function localReport(): unknown {
  const report: typeof process.report & { excludeNetwork?: boolean } = process.report;
  const { excludeNetwork = false } = report;
  report.excludeNetwork = true;
  try {
    return report.getReport();
  } finally {
    report.excludeNetwork = excludeNetwork;
  }
}

/** musl's loader says its version when it is started without a program. */
function muslVersion(sharedObjects: readonly string[]): string {
  const loader = sharedObjects.find((path) => path.includes('/ld-musl-'));
  const said = loader === undefined ? '' : spawnSync(loader, { encoding: 'utf8' }).stderr;
  return /^Version (\S+)/m.exec(said)?.[1] ?? 'of unknown version';
}
