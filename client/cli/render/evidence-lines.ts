import { formatPercent, formatValue } from '../../../core/numbers.ts';
import type { Evidence, ImageFacts } from '../../../core/release.ts';

/** What an approval rests on, for a person to read before they answer. */
export function evidenceLines(evidence: Evidence): readonly string[] {
  const { candidateVersion, championVersion, commit, data, digest, loadTest, metrics } = evidence;
  const values = Object.entries(metrics).map(([name, value]) => `${name} ${formatValue(value)}`);
  const against =
    championVersion === null ? 'there is no champion yet' : `against champion ${championVersion}`;
  return [
    `evidence   ${digest}`,
    `candidate  version ${candidateVersion} of commit ${commit.slice(0, 12)}, ${against}`,
    `metrics    ${values.length === 0 ? 'none' : values.join(', ')}`,
    ...data.map(
      ({ target, files, digest: dataDigest }) =>
        `data       ${target}: ${files} files, ${dataDigest.slice(0, 19)}`,
    ),
    `load test  ${loadTest.passed ? 'passed' : 'FAILED'}: ${loadTest.requests} requests, P95 ${formatValue(loadTest.p95Ms)} ms, ${formatPercent(loadTest.errorRate)} failed`,
    ...(evidence.image === undefined ? [] : [`image      ${imageSaid(evidence.image)}`]),
    `CI run     ${evidence.ciRun}`,
  ];
}

const imageSaid = ({ digest, reference }: ImageFacts): string =>
  digest === undefined ? reference : `${reference}, ${digest.slice(0, 19)} in staging`;
