import { expect, test } from 'vitest';
import { tableLines } from '../../client/cli/render/table-lines.ts';

const rows = [
  ['RELEASE', 'STATE'],
  ['release/flights/3f2a-1', 'rolled back: the candidate’s error rate is above its limit of 1 %'],
  ['release/flights/9c1b-1', 'released'],
];

test('what does not fit beside goes on below its own column', () => {
  expect(tableLines(rows, 56)).toEqual([
    'RELEASE                 STATE',
    'release/flights/3f2a-1  rolled back: the candidate’s',
    '                        error rate is above its limit of',
    '                        1 %',
    'release/flights/9c1b-1  released',
  ]);
});

test('in a narrow terminal the last column is below each row', () => {
  expect(tableLines(rows, 46).slice(2, 5)).toEqual([
    'release/flights/3f2a-1',
    '    rolled back: the candidate’s error rate is',
    '    above its limit of 1 %',
  ]);
});

test('in a pipe every row is a line', () => {
  expect(tableLines(rows, Infinity)).toHaveLength(3);
});
