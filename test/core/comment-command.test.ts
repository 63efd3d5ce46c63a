import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { commandIn } from '../../core/comment-command.ts';
import { commandWords } from '../../core/forge-event.ts';

describe('a command in a comment', () => {
  it.each([
    ['/longhaul retest', 'retest', ''],
    ['/longhaul  Reject   the data is old  ', 'reject', 'the data is old'],
    ['Looks good.\r\n\r\n/longhaul ok-to-test\r\nThanks!', 'ok-to-test', ''],
    ['  /longhaul approve', 'approve', ''],
    ['/longhaul dance', null, ''],
    ['/longhaul', null, ''],
    ['/longhaul approve\n/longhaul abort', 'approve', ''],
    ['```\n/longhaul abort\n```\n/longhaul retest', 'retest', ''],
  ])('%j is said', (comment, word, rest) => {
    expect(commandIn(comment)).toEqual({ word, rest });
  });

  it.each([
    ['', 'nothing'],
    ['please /longhaul retest', 'within a line'],
    ['> /longhaul approve', 'what somebody else has said'],
    ['    /longhaul approve', 'code by its indentation'],
    ['```\n/longhaul approve\n```', 'code between fences'],
    ['~~~~sh\n```\n/longhaul approve\n~~~\n', 'code in a fence that is never closed'],
    ['<!--\n/longhaul approve\n-->', 'a comment that nobody sees'],
    ['<!-- never closed\n/longhaul approve', 'what is hidden to its end'],
    ['/longhaulretest', 'another word'],
    ['/LONGHAUL retest', 'another name'],
  ])('%j is not: %s', (comment) => {
    expect(commandIn(comment)).toBeNull();
  });
});

test('every word is heard between any lines that are quoted, and what follows is cut at 500 characters', () => {
  const quoted = fc.array(fc.string().map((text) => `> ${text.replaceAll(/[\r\n]|<!--/g, ' ')}`));
  fc.assert(
    fc.property(
      quoted,
      fc.constantFrom(...commandWords),
      quoted,
      fc.nat(1_000),
      (before, word, after, length) => {
        const comment = [...before, `/longhaul ${word} ${'x'.repeat(length)}`, ...after].join('\n');
        expect(commandIn(comment)).toEqual({ word, rest: 'x'.repeat(Math.min(500, length)) });
      },
    ),
  );
});
