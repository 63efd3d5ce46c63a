import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkMark, makeMark } from '../../local/slack-mark.ts';
import type { SlackPress } from '../../local/slack-mark.ts';

const press: SlackPress = {
  release: 'release/flights/0123456789ab-1',
  word: 'approve',
  evidence: `sha256:${'e'.repeat(64)}`,
  user: 'U024BE7LH',
  name: 'ann',
  at: '2026-11-23T14:05:00.000Z',
  comment: '',
};

test('a mark is good for its press, in whatever order its parts stand', () => {
  const mark = makeMark('secret', press);
  expect(mark).toMatch(/^[0-9a-f]{64}$/);
  const turned = Object.fromEntries(Object.entries(press).reverse()) as unknown as SlackPress;
  expect(checkMark('secret', turned, mark)).toBe(true);
});

test('a mark is good for nothing else: another word, evidence, person, time, comment, release or secret', () => {
  const mark = makeMark('secret', press);
  for (const part of Object.keys(press)) {
    expect(checkMark('secret', { ...press, [part]: 'other' }, mark)).toBe(false);
  }
  expect(checkMark('other', press, mark)).toBe(false);
});

test('text that is no mark is refused, however long it is', () => {
  fc.assert(fc.property(fc.string(), (text) => !checkMark('secret', press, text)));
});
