import { expect, test } from 'vitest';
import { watchDetails } from '../../../core/render/watch-details.ts';
import { sampleLook } from './sample-release.ts';

test('the newest look says what was concluded, and what was seen of both arms', () => {
  const details = watchDetails('canary', {
    ...sampleLook(2),
    champion: { total: 800, errors: 2, slow: 8 },
  });
  expect(details.split('\n')).toEqual([
    '**canary: look 2, continue** at 2026-11-23 10:26:02',
    '',
    'no limit shown broken in 80 requests',
    '',
    '| arm | requests | errors | slow |',
    '| --- | --- | --- | --- |',
    '| candidate | 80 | 4 (5 %) | 0 (0 %) |',
    '| champion | 800 | 2 (0.25 %) | 8 (1 %) |',
  ]);
});

test('an arm without requests has no shares, and words of a metric source are no markup', () => {
  const details = watchDetails('canary', {
    ...sampleLook(1),
    verdict: { kind: 'providerError', reason: 'it said:\n# <b>`no`</b> | ' + 'x'.repeat(2_000) },
  });
  expect(details).toContain('| champion | 0 | – | – |');
  expect(details).toContain('it said: \\# \\<b\\>\\`no\\`\\</b\\> \\| xxx');
  expect(details.length).toBeLessThan(1_000);
});
