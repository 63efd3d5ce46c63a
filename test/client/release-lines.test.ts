import { expect, test } from 'vitest';
import { releaseLines } from '../../client/cli/render/release-lines.ts';
import { showLines } from '../../client/cli/render/show-lines.ts';
import { plain } from '../../client/cli/render/style.ts';
import type { ReleaseRecord } from '../../core/release.ts';
import { exampleRecord } from './example-record.ts';

const weights = [{ at: '2026-11-23T14:05:30.000Z', candidateWeight: 100 }];

function linesOf(changes: Partial<ReleaseRecord>): string {
  const { outcome: _ended, ...open } = exampleRecord;
  const record: ReleaseRecord = { ...open, candidateWeight: 100, weights, ...changes };
  const { id, startedAt } = record;
  const view = { id, status: 'RUNNING', startedAt, record, answeredBy: 'workflow', pending: [] } as const;
  return releaseLines(view, new Date('2026-11-23T14:07:00.000Z'), { columns: Infinity, style: plain }).join(
    '\n',
  );
}

test('what the candidate gets is told while it is under way', () => {
  expect(linesOf({})).toContain('100 % to the candidate (100 % at 14:05:30)');
});

test('what the environment told is there until it ends, and after', () => {
  const warnings = ['1 of 11 replicas gives 9.1 %'];
  expect(linesOf({ warnings })).toContain('! 1 of 11 replicas gives 9.1 %');
  expect(linesOf({ warnings, outcome: { kind: 'released' } })).toContain('! 1 of 11');
});

test('a release that was taken back after its end is not said to have the traffic', () => {
  const lines = linesOf({ outcome: { kind: 'rolledBack', reason: 'by ann' } });
  expect(lines).toContain('traffic   candidate 100 % at 14:05:30');
  expect(lines).not.toContain('to the candidate');
});

test('what failed is told with its cause and its mend', () => {
  const failure = {
    id: 'disk-full',
    kind: 'infrastructure',
    cause: 'a disk is full',
    mend: 'Free space.',
  } as const;
  const train = { name: 'train', status: 'failed', seconds: 3, documents: [], failure } as const;
  const record: ReleaseRecord = { ...exampleRecord, steps: [train] };
  const { id, startedAt } = record;
  const view = { id, status: 'COMPLETED', startedAt, record, answeredBy: 'store', pending: [] } as const;
  const lines = showLines(view, new Date('2026-11-23T14:07:00.000Z'), {}, { columns: 80, style: plain });
  expect(lines.join('\n')).toContain('train failed\n  cause  a disk is full\n  mend   Free space.');
});
