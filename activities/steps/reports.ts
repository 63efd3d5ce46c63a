import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepReports, TestCounts } from '../../core/step.ts';
import { readTags } from '../../core/xml.ts';
import { readTestCases, type TestCase } from './junit.ts';

/** What the reports of a step say, and everything in them that makes the step fail. */
export interface ReportFindings {
  readonly tests?: TestCounts;
  readonly coverage?: number;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

/** Reads the reports that the file names, in `folder`. A report that was not left is itself a problem. */
export async function readReports(folder: string, reports: StepReports): Promise<ReportFindings> {
  const [tests, coverage, metrics] = await Promise.all([
    readOne(folder, reports.junit, (text) => judgeJunit(text)),
    readOne(folder, reports.coverage?.file, (text) => judgeCoverage(text, reports.coverage?.minimum ?? 0)),
    readOne(folder, reports.metrics?.file, (text) => judgeMetrics(text, reports.metrics?.minimum ?? {})),
  ]);
  return {
    ...tests,
    ...coverage,
    ...metrics,
    problems: [tests, metrics, coverage].flatMap((each) => each.problems),
  };
}

async function readOne(
  folder: string,
  file: string | undefined,
  judge: (text: string) => ReportFindings,
): Promise<ReportFindings> {
  if (file === undefined) return { problems: [] };
  const text = await readFile(join(folder, file), 'utf8').catch(() => null);
  if (text === null) return { problems: [`the report ${file} was not left in LONGHAUL_OUTPUT_DIR`] };
  const findings = judge(text);
  return { ...findings, problems: findings.problems.map((problem) => `${file}: ${problem}`) };
}

/** Counts the test cases of a JUnit report and names the failed ones. */
export function judgeJunit(xml: string): ReportFindings {
  const cases = readTestCases(xml);
  const count = (state: TestCase['state']): number => cases.filter((each) => each.state === state).length;
  const failed = cases.filter(({ state }) => state === 'failed').map(({ name }) => name);
  const shown = failed.slice(0, 10).join(', ') + (failed.length > 10 ? ', …' : '');
  return {
    tests: { passed: count('passed'), failed: failed.length, skipped: count('skipped') },
    problems: failed.length === 0 ? [] : [`${failed.length} failed: ${shown}`],
  };
}

/** Percent of lines covered, from a Cobertura report. */
export function judgeCoverage(xml: string, minimum: number): ReportFindings {
  const root = readTags(xml).find(({ name }) => name === 'coverage');
  const { 'line-rate': rate, 'lines-covered': covered, 'lines-valid': valid } = root?.attributes ?? {};
  const share = Number(valid) > 0 ? Number(covered) / Number(valid) : Number(rate ?? Number.NaN);
  if (!Number.isFinite(share)) return { problems: ['is no Cobertura report (no <coverage line-rate=…>)'] };
  const coverage = Math.round(share * 10_000) / 100;
  return {
    coverage,
    problems:
      share * 100 < minimum ? [`${coverage} % of the lines are covered, ${minimum} % is the minimum`] : [],
  };
}

/** The numbers of a flat JSON object, and which of them are below their minimum. */
export function judgeMetrics(json: string, minimum: Readonly<Record<string, number>>): ReportFindings {
  const parsed = parseObject(json);
  if (parsed === null) return { problems: ['is not a JSON object (NaN and Infinity are no JSON)'] };
  const metrics = Object.fromEntries(
    Object.entries(parsed).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
  const problems = Object.entries(minimum).flatMap(([name, least]) => {
    const value = metrics[name];
    if (value === undefined) return [`${name} is missing, ${least} is the minimum`];
    return value < least ? [`${name} is ${value}, ${least} is the minimum`] : [];
  });
  return { metrics, problems };
}

export function parseObject(json: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
