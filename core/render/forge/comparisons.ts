/** Metrics, data and coverage of a pull request's commit beside the champion's and the base's. */
import type { CiStepResult } from '../../ci.ts';
import { filePatterns } from '../../file-patterns.ts';
import type { BaseRun, ChampionFacts, PullRequestFacts } from '../../forge-view.ts';
import { formatBytes, formatValue } from '../../numbers.ts';
import type { DataFacts, StepFacts } from '../../step.ts';
import { factsOf } from '../step-words.ts';
import { tableBlock } from './layout.ts';
import type { Block } from './layout.ts';
import { shortDigest } from './step-blocks.ts';
import { escapeText, inlineCode } from './text.ts';

type Facts = Pick<PullRequestFacts, 'run' | 'base' | 'champion' | 'policy'>;

/** Each metric with what it is on the champion and on the base, and whether that is better. */
export function metricsBlocks({ run, base, champion, policy }: Facts): readonly Block[] {
  const mine = metricsOf(run.results);
  if (mine.size === 0) return [];
  const onBase = base === null ? null : metricsOf(base.steps);
  const lowerIsBetter = filePatterns(policy.lowerIsBetter);
  const header = [
    ...['metric', 'this commit'],
    ...(champion === null ? [] : [`champion (version ${escapeText(champion.version, 40)})`, 'against it']),
    ...(base === null ? [] : [baseTitle(base), 'against it']),
  ];
  const rows = [...mine].map(([name, value]) => {
    const beside = (other: number | undefined): readonly string[] =>
      other === undefined ? ['–', ''] : [formatValue(other), difference(value, other, lowerIsBetter(name))];
    return [
      ...[escapeText(name, 100), formatValue(value)],
      ...(champion === null ? [] : beside(champion.metrics[name] ?? champion.metrics[nameAlone(name)])),
      ...(onBase === null ? [] : beside(onBase.get(name))),
    ];
  });
  return ['### Metrics', tableBlock(header, rows, 40), ...otherData(run.results, champion)];
}

/** By name; where several steps have one of a name, by step and name. */
function metricsOf(results: readonly CiStepResult[]): ReadonlyMap<string, number> {
  const all = results.flatMap(({ name: step, outcome }) =>
    Object.entries(factsOf(outcome)?.metrics ?? {}).map(([name, value]) => ({ step, name, value })),
  );
  const times = Map.groupBy(all, ({ name }) => name);
  return new Map(
    all.map(({ step, name, value }) => [times.get(name)?.length === 1 ? name : `${step}: ${name}`, value]),
  );
}

const nameAlone = (name: string): string => name.replace(/^[^:]*: /, '');

/** Larger is better, as for the gate of a release, unless the project says otherwise. */
function difference(value: number, other: number, isLowerBetter: boolean): string {
  const gap = value - other;
  if (Math.abs(gap) <= 1e-9 * Math.max(Math.abs(value), Math.abs(other))) return '= same';
  const isBetter = isLowerBetter ? gap < 0 : gap > 0;
  const signed = `${gap > 0 ? '+' : '−'}${formatValue(Math.abs(gap))}`;
  return `${gap > 0 ? '▲' : '▼'} ${signed} ${isBetter ? 'better' : '**worse**'}`;
}

/** A champion that was trained with other data is not worse or better by its code alone. */
function otherData(results: readonly CiStepResult[], champion: ChampionFacts | null): readonly string[] {
  const mine = dataOf(results);
  if (champion === null || mine.size === 0) return [];
  const theirs = Object.entries(champion.data);
  const isSame = theirs.length > 0 && theirs.every(([target, digest]) => mine.get(target)?.digest === digest);
  if (isSame) return [];
  const names = (targets: readonly string[]): string =>
    targets.map((target) => inlineCode(target)).join(', ');
  const of = theirs.length === 0 ? 'other data' : names(theirs.map(([target]) => target));
  return [
    `The champion is of ${of}, this commit of ${names([...mine.keys()])}: some of the difference may be the data’s.`,
  ];
}

/** The data of the run beside the base's: what changed, what is new, what is gone. */
export function dataBlocks({ run, base }: Facts): readonly Block[] {
  const mine = dataOf(run.results);
  const theirs = base === null ? null : dataOf(base.steps);
  const gone = [...(theirs ?? [])].filter(([target]) => !mine.has(target) && run.ended !== undefined);
  if (mine.size === 0 && gone.length === 0) return [];
  const header = [
    'data',
    'files',
    'size',
    'digest',
    ...(base === null ? [] : [`against ${baseTitle(base)}`]),
  ];
  const rows = [...mine].map(([target, { files, bytes, digest }]) => [
    ...[inlineCode(target), String(files), formatBytes(bytes), inlineCode(shortDigest(digest))],
    ...(theirs === null ? [] : [dataDifference({ files, bytes, digest }, theirs.get(target))]),
  ]);
  const goneRows = gone.map(([target]) => [inlineCode(target), '', '', '', '**not used any more**']);
  return ['### Data', tableBlock(header, [...rows, ...goneRows], 40)];
}

const dataOf = (results: readonly CiStepResult[]): ReadonlyMap<string, DataFacts> =>
  new Map(
    results
      .flatMap(({ outcome }) => factsOf(outcome)?.data ?? [])
      .map((facts) => [facts.target, facts] as const),
  );

type Content = Pick<DataFacts, 'files' | 'bytes' | 'digest'>;

function dataDifference(mine: Content, theirs: Content | undefined): string {
  if (theirs === undefined) return '**new**';
  if (theirs.digest === mine.digest) return 'unchanged';
  const files = mine.files - theirs.files;
  const bytes = mine.bytes - theirs.bytes;
  const sign = (amount: number): string => (amount < 0 ? '−' : '+');
  const told = [
    ...(files === 0 ? [] : [`${sign(files)}${Math.abs(files)} ${Math.abs(files) === 1 ? 'file' : 'files'}`]),
    ...(bytes === 0 ? [] : [`${sign(bytes)}${formatBytes(Math.abs(bytes))}`]),
  ];
  return `**changed**: ${told.length === 0 ? 'the same size' : told.join(', ')}, was ${inlineCode(shortDigest(theirs.digest))}`;
}

/** Percent of lines covered, step by step, now and on the base. */
export function coverageBlocks({ run, base }: Facts): readonly Block[] {
  const mine = coverageOf(run.results);
  if (mine.length === 0) return [];
  const theirs = new Map(base === null ? [] : coverageOf(base.steps));
  const header = ['coverage', 'this commit', ...(base === null ? [] : [baseTitle(base), 'against it'])];
  const rows = mine.map(([step, percent]) => {
    const before = theirs.get(step);
    const beside = before === undefined ? ['–', ''] : [`${formatValue(before)} %`, points(percent - before)];
    return [escapeText(step, 100), `${formatValue(percent)} %`, ...(base === null ? [] : beside)];
  });
  return ['### Coverage', tableBlock(header, rows, 40)];
}

const coverageOf = (results: readonly CiStepResult[]): readonly (readonly [string, number])[] =>
  results.flatMap(({ name, outcome }) => {
    const coverage = (factsOf(outcome) as Pick<StepFacts, 'coverage'> | null)?.coverage;
    return coverage === undefined ? [] : [[name, coverage] as const];
  });

function points(gap: number): string {
  const rounded = Math.round(gap * 100) / 100;
  if (rounded === 0) return '= same';
  return rounded > 0 ? `▲ +${rounded} points` : `▼ −${-rounded} points`;
}

const baseTitle = ({ branch, commit }: BaseRun): string =>
  `${inlineCode(branch, 60)} at ${inlineCode(commit.slice(0, 7))}`;
