import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeCoverage, judgeJunit, judgeMetrics, readReports } from '../../../activities/steps/reports.ts';

const junit = `<?xml version="1.0" encoding="utf-8"?>
<testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="5">
<!-- <testcase name="commented out"/> -->
<testcase classname="tests.a" name="test_plain" time="0.1" />
<testcase classname="tests.a" name="test_with_output"><system-out><![CDATA[<failure> in a text]]></system-out></testcase>
<testcase classname="tests.a" name="test_less[&quot;a &lt; b&quot;]"><failure message="assert 1 > 2">E <b></failure></testcase>
<testcase classname="tests.a" name="test_broken"><error message='set-up'>no</error></testcase>
<testcase classname="tests.a" name="test_later"><skipped type="pytest.skip" message="x"/></testcase>
</testsuite></testsuites>`;

test('JUnit: counts, and the failed tests by name', () => {
  expect(judgeJunit(junit)).toEqual({
    tests: { passed: 2, failed: 2, skipped: 1 },
    problems: ['2 failed: test_less["a < b"], test_broken'],
  });
});

test('coverage: a percentage below the minimum is a problem, one at the minimum is not', () => {
  const report =
    '<?xml version="1.0" ?><coverage version="7" lines-valid="200" lines-covered="159" line-rate="0.795">';
  expect(judgeCoverage(report, 80)).toEqual({
    coverage: 79.5,
    problems: ['79.5 % of the lines are covered, 80 % is the minimum'],
  });
  expect(judgeCoverage('<coverage line-rate="0.8" />', 80)).toEqual({ coverage: 80, problems: [] });
  expect(judgeCoverage('<html>', 80).problems).toHaveLength(1);
});

test('metrics: each named minimum is to be there and to be reached', () => {
  expect(judgeMetrics('{"accuracy": 0.49, "model": "x"}', { accuracy: 0.5, f1: 0.1 })).toEqual({
    metrics: { accuracy: 0.49 },
    problems: ['accuracy is 0.49, 0.5 is the minimum', 'f1 is missing, 0.1 is the minimum'],
  });
  expect(judgeMetrics('{"accuracy": NaN}', { accuracy: 0.5 }).problems).toHaveLength(1);
});

test('a report that was to be left and is not there is a problem, since no tests are no proof', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-reports-'));
  try {
    await writeFile(join(folder, 'metrics.json'), '{"accuracy": 0.9}');
    const metrics = { file: 'metrics.json', minimum: { accuracy: 0.5 } };
    expect(await readReports(folder, { metrics })).toEqual({ metrics: { accuracy: 0.9 }, problems: [] });
    expect(await readReports(folder, { junit: 'unit.xml', metrics })).toEqual({
      metrics: { accuracy: 0.9 },
      problems: ['the report unit.xml was not left in LONGHAUL_OUTPUT_DIR'],
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
