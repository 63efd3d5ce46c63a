import { expect, test } from 'vitest';
import { LonghaulError } from '../../core/errors.ts';

test('how to mend it follows in the same line, or on its own below several', () => {
  const told = (message: string): string =>
    new LonghaulError('InvalidConfig', message, { mend: 'Check: longhaul validate' }).message;
  expect(told('It is wrong.')).toBe('It is wrong. Check: longhaul validate');
  expect(told('It is wrong:\nline 4')).toBe('It is wrong:\nline 4\nCheck: longhaul validate');
});
