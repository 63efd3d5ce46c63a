import { describe, expect, test } from 'vitest';
import { releaseDetails } from '../../../core/render/release-details.ts';
import type { Look } from '../../../core/watch.ts';
import { sampleLook, sampleRelease } from './sample-release.ts';

describe('the details of a release', () => {
  test('in mid-canary say phase, traffic, gates and looks', () => {
    const details = releaseDetails({ ...sampleRelease, looks: [sampleLook(1)] });
    expect(details.split('\n')).toEqual([
      '**flight-delay: canary**',
      '',
      'commit `abcdef012345` of longhaul/flights · candidate 7 · champion 6 · started 2026-11-23 10:00:00 by ann · 31 m 05 s so far',
      '',
      '**Traffic** `████░░░░░░░░░░░░░░░░` 20 % to the candidate (5 % at 10:25:00 → 20 % at 10:28:00)',
      '',
      '**Newest look** no limit shown broken in 40 requests',
      '',
      '**Looks**',
      '',
      '```text',
      'look  at        phase   candidate errors  champion errors  e-value  action',
      '1     10:26:01  canary  4/40 (10 %)       -                7.5      continue',
      '```',
      '',
      '**Gates**',
      '',
      '- ✓ training (10:10:00): epoch 10 of 10',
      '- ✓ load test (10:20:00): P95 31 ms of 2000 requests',
    ]);
  });

  test('say why a step failed and how to mend it', () => {
    const failure = {
      id: 'disk-full',
      kind: 'infrastructure',
      cause: 'a disk is full',
      mend: 'Free space.',
    } as const;
    const train = { name: 'train', status: 'failed', seconds: 3, documents: [], failure } as const;
    expect(releaseDetails({ ...sampleRelease, steps: [train] })).toContain(
      '\n**train failed**: a disk is full. Free space.\n',
    );
  });

  test('weigh the tests of a look as the judge does, however strong they are', () => {
    const [errors] = sampleLook(1).tests;
    if (errors === undefined) throw new Error('the sample has no test');
    const tests = [
      { ...errors, logE: Math.log(51.5) },
      { ...errors, sli: 'latency' as const, logE: Math.log(0.1) },
      { ...errors, arm: 'champion' as const, logE: 900 },
    ];
    const detailsOf = (look: Look): string => releaseDetails({ ...sampleRelease, looks: [look] });
    expect(detailsOf({ ...sampleLook(1), tests })).toContain('  25.8     continue');
    const strong = [{ ...errors, logE: 2_302.6 }];
    expect(detailsOf({ ...sampleLook(1), tests: strong })).toContain('  1e1000   continue');
  });

  test('say what it waits for, since when, and the command that moves it on', () => {
    const waiting = {
      for: 'an approval',
      since: '2026-11-23T10:30:00.000Z',
      next: 'longhaul release approve x',
    };
    expect(releaseDetails({ ...sampleRelease, waiting })).toContain(
      '**Waits for** an approval, since 2026-11-23 10:30:00. Next: `longhaul release approve x`',
    );
  });

  test('show the last eight looks only', () => {
    const details = releaseDetails({
      ...sampleRelease,
      looks: Array.from({ length: 12 }, (_, index) => sampleLook(index + 1)),
    });
    expect(details).toContain('**Looks (the last 8)**');
    expect(details.match(/^\d+ .*continue/gm)?.map((line) => Number.parseInt(line))).toEqual([
      5, 6, 7, 8, 9, 10, 11, 12,
    ]);
  });

  test('show training and where it resumed', () => {
    const training = { epoch: 3, epochs: 10, resumedFrom: 2, attempt: 2, metrics: { loss: 0.31234 } };
    expect(releaseDetails({ ...sampleRelease, training })).toContain(
      '**Training** epoch 3 of 10, resumed from epoch 2 (attempt 2): loss 0.3123',
    );
  });

  test('count what was undone, and name what was not', () => {
    const details = releaseDetails({
      ...sampleRelease,
      phase: 'ended',
      outcome: { kind: 'rolledBack', reason: 'errors 10 % of 40 requests' },
      compensations: [
        { name: 'traffic', verified: true, detail: 'weight 0', residue: [] },
        { name: 'alias', verified: false, detail: 'no answer', residue: ['alias challenger'] },
      ],
      residue: ['alias challenger'],
    });
    expect(details).toContain('**flight-delay: rolled back: errors 10 % of 40 requests**');
    expect(details).toContain('**Compensations: undone, 1 of 2 verified**');
    expect(details).toContain('NOT VERIFIED  alias    no answer');
    expect(details).toContain('**Left over**: alias challenger');
  });

  test('words of others cannot break out of their place', () => {
    const details = releaseDetails({
      ...sampleRelease,
      trigger: { kind: 'person', by: '<b>**eve**\n# title' },
      gates: [{ gate: 'ci', passed: true, at: '2026-11-23T10:10:00.000Z', evidence: '```\n# title' }],
    });
    expect(details).toContain('by \\<b\\>\\*\\*eve\\*\\* \\# title');
    expect(details).toContain('- ✓ CI run (10:10:00): \\`\\`\\` \\# title');
  });

  test('stay far below what the server takes, however long the words are', () => {
    const long = 'x'.repeat(5_000);
    const look = { ...sampleLook(1), verdict: { kind: 'fail', reason: long } } as const;
    const details = releaseDetails({
      ...sampleRelease,
      gates: sampleRelease.gates.map((gate) => ({ ...gate, evidence: long })),
      looks: Array.from({ length: 50 }, () => look),
      outcome: { kind: 'failed', reason: long },
    });
    expect(details.length).toBeLessThan(6_000);
  });
});
