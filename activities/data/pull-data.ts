import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LonghaulError } from '../../core/errors.ts';
import type { DataFacts } from '../../core/step.ts';
import { runProgramAtSite, type CommandSite } from '../steps/commands.ts';
import { dataUnavailable, tellPullFailure } from './pull-failure.ts';
import { readTrackedData, type ReadText, type TrackedData } from './tracked-data.ts';
import { dropDamaged, isCached, restoreFromCache, verifyData, type Flaw } from './verify-data.ts';

export interface PullRequest {
  /** Targets of `dvc pull`, relative to the repository at `site.folder`. */
  readonly targets: readonly string[];
  /** Folder of the step's Python environment, whose own DVC is used. */
  readonly python: string | null;
  /** Folder of the cache that all runs share. */
  readonly cache: string;
  readonly site: CommandSite;
}

export type PullResult =
  | { readonly kind: 'pulled'; readonly data: readonly DataFacts[]; readonly notes: readonly string[] }
  | { readonly kind: 'stopped' };

/**
 * Gets DVC's data into the worktree: by `dvc pull`, which asks the remote only for what the cache lacks, or when that
 * fails from the cache alone. Either way every file is read and compared with the commit, since DVC may end well with
 * files missing. A damaged file in the cache is got anew.
 * @throws LonghaulError DataUnavailable, Unreachable, BrokenEnvironment
 */
export async function pullData(request: PullRequest): Promise<PullResult> {
  const { targets, site, cache } = request;
  if (targets.length === 0) return { kind: 'pulled', data: [], notes: [] };
  const tracked = await readTrackedData(readIn(site.folder), targets);
  const dvc = await findDvc(request);
  await useSharedCache(request);

  const cachedBefore = new Set<string>();
  for (const data of tracked) if (await isCached(cache, data)) cachedBefore.add(data.target);
  const sourceOf = (target: string): DataFacts['source'] => (cachedBefore.has(target) ? 'cache' : 'remote');
  const pull = await run(dvc, ['pull', '--force', ...targets], site);
  if (pull === 'stopped') return { kind: 'stopped' };
  const first = await verifyAll(request, tracked);
  if (pull.code === 0 && first.flaws.length === 0) return pulled(first, sourceOf, []);

  const dropped = await dropDamaged(site.folder, cache, first.flaws);
  const second =
    pull.code === 0 || dropped > 0 ? await run(dvc, ['pull', '--force', ...targets], site) : pull;
  if (second === 'stopped') return { kind: 'stopped' };
  if (second.code !== 0) for (const data of tracked) await restoreFromCache(site.folder, cache, data);
  const checked = await verifyAll(request, tracked);
  if (checked.flaws.length > 0) throw dataUnavailable(second.output, second.code, checked.flaws);
  const damaged = dropped > 0 ? [`Damaged files in the data cache, got anew: ${dropped}.`] : [];
  if (second.code === 0) return pulled(checked, () => 'remote', damaged);
  const why = tellPullFailure(second.output);
  return pulled(checked, () => 'cache', [`Data was taken from the cache, whole and verified: ${why}.`]);
}

const readIn =
  (folder: string): ReadText =>
  (path) =>
    readFile(join(folder, path), 'utf8').catch(() => null);

interface Checked {
  readonly facts: readonly Omit<DataFacts, 'source'>[];
  readonly flaws: readonly Flaw[];
}

function pulled(
  { facts }: Checked,
  sourceOf: (target: string) => DataFacts['source'],
  notes: readonly string[],
): PullResult {
  return { kind: 'pulled', data: facts.map((fact) => ({ ...fact, source: sourceOf(fact.target) })), notes };
}

async function verifyAll({ site, cache }: PullRequest, tracked: readonly TrackedData[]): Promise<Checked> {
  const all = [];
  for (const data of tracked) all.push(await verifyData(site.folder, cache, data));
  return { facts: all.map(({ facts }) => facts), flaws: all.flatMap(({ flaws }) => flaws) };
}

async function run(
  dvc: string,
  args: readonly string[],
  site: CommandSite,
): Promise<{ readonly code: number; readonly output: string } | 'stopped'> {
  await site.log.say(`$ dvc ${args.join(' ')}`);
  let output = '';
  const env = { ...site.env, DVC_NO_ANALYTICS: '1' };
  const end = await runProgramAtSite([dvc, ...args], { ...site, env }, (text) => {
    output += text;
  });
  switch (end.kind) {
    case 'stopped':
      return 'stopped';
    case 'exited':
      return { code: end.code, output };
    case 'killed':
      throw new Error(`dvc was ended by ${end.signal}.`);
    case 'notStarted':
      throw new LonghaulError('BrokenEnvironment', `dvc could not be started: ${end.reason}.`);
  }
}

async function findDvc({ python, targets }: PullRequest): Promise<string> {
  const dvc = join(python ?? '', 'bin', 'dvc');
  const there = python !== null && (await stat(dvc).catch(() => null)) !== null;
  if (there) return dvc;
  throw new LonghaulError('BrokenEnvironment', `The step has data (${targets.join(', ')}) but no dvc.`, {
    mend: 'Add dvc to the requirements of the step.',
  });
}

/**
 * Settings of this worktree alone: the shared cache, from which files are copied (a link would let a command change the
 * cache), no git, and a place of its own for what DVC remembers of a folder.
 */
async function useSharedCache({ site, cache }: PullRequest): Promise<void> {
  await mkdir(cache, { recursive: true });
  const settings = [
    '[core]',
    'no_scm = true',
    'analytics = false',
    'check_update = false',
    `site_cache_dir = ${join(dirname(site.folder), 'dvc')}`,
    '[cache]',
    `dir = ${cache}`,
    'type = "reflink,copy"',
  ];
  await writeFile(join(site.folder, '.dvc', 'config.local'), `${settings.join('\n')}\n`).catch(
    (cause: unknown) => {
      throw new LonghaulError('DataUnavailable', 'The repository has no .dvc folder.', {
        mend: 'Run `dvc init` in it and commit, or take `data` out of longhaul.yaml.',
        cause,
      });
    },
  );
}
