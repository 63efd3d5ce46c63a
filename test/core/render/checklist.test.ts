import { describe, expect, test } from 'vitest';
import { checklistMarkdown, ciChecklist, releaseChecklist } from '../../../core/render/checklist.ts';
import { sampleRelease } from './sample-release.ts';

describe('the checklist of a release', () => {
  test('tells for each item how it stands and what its gate said', () => {
    expect(checklistMarkdown(releaseChecklist(sampleRelease))).toBe(
      [
        '- [x] Training on the full data done: epoch 10 of 10',
        '- [ ] Registered in the model registry',
        '- [ ] Deployed to staging',
        '- [ ] Integration tests passed',
        '- [x] Performance tests passed (P95, errors): P95 31 ms of 2000 requests',
        '- [ ] Deployment to production approved',
        '- [ ] *running* Canary verified (errors \\< 1 %)',
      ].join('\n'),
    );
  });

  test('a gate that was asked twice stands as it was answered last', () => {
    const gate = { gate: 'approval', at: '2026-11-23T10:20:00.000Z' } as const;
    const gates = [
      { ...gate, passed: true, evidence: 'approved by ann' },
      { ...gate, passed: false, evidence: 'rejected by bob' },
    ];
    const item = releaseChecklist({ ...sampleRelease, gates })[5];
    expect(item).toEqual({
      title: 'Deployment to production approved',
      state: 'failed',
      said: 'rejected by bob',
    });
    const asked = releaseChecklist({ ...sampleRelease, gates, phase: 'waitingForApproval' })[5];
    expect(asked?.state).toBe('running');
  });

  test('of an ended release names what it never came to', () => {
    const outcome = { kind: 'failed', reason: 'staging' } as const;
    const items = releaseChecklist({ ...sampleRelease, phase: 'ended', outcome });
    expect(items.at(-1)).toEqual({
      title: 'Canary verified (errors < 1 %)',
      state: 'pending',
      said: 'not reached',
    });
  });
});

test('a CI step without an outcome is pending, one with another name keeps it', () => {
  expect(ciChecklist([{ name: 'lint' }, { name: 'my-step' }])).toEqual([
    { title: 'Lint passed', state: 'pending', said: '' },
    { title: 'my-step', state: 'pending', said: '' },
  ]);
});
