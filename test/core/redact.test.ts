import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../core/redact.ts';

const secret = 'p@ss word/é"1';

describe('a secret is masked', () => {
  const { text } = createRedactor([secret]);
  test.each([
    ['as it is', `token=${secret};`, 'token=***;'],
    ['URL-encoded', `?t=${encodeURIComponent(secret)}&`, '?t=***&'],
    ['form-encoded', `t=${encodeURIComponent(secret).replaceAll('%20', '+')}.`, 't=***.'],
    ['in JSON', JSON.stringify({ t: secret }), '{"t":"***"}'],
    ['in base64', `Basic ${Buffer.from(secret).toString('base64')}.`, 'Basic ***.'],
    ['in URL-safe base64', `x.${Buffer.from(secret).toString('base64url')}.`, 'x.***.'],
  ])('%s', (_, printed, expected) => {
    expect(text(printed)).toBe(expected);
  });

  test.each(['a', 'ab', 'abc', 'user:'])('in base64 behind "%s"', (before) => {
    const printed = Buffer.from(`${before}${secret}: and more`).toString('base64');
    const masked = text(printed);
    expect(masked).toContain('***');
    const readable = masked.split('***').map((part) => Buffer.from(part, 'base64').toString());
    expect(readable.join('')).not.toContain('ss word');
  });
});

test('each line of a secret of several lines is masked, also without its line end', () => {
  const { text } = createRedactor(['-----BEGIN KEY-----\r\nMIIabcdef\r\nxy\r\n']);
  expect(text('key: MIIabcdef (xy)')).toBe('key: *** (xy)');
});

test('values under four characters and empty ones are left alone', () => {
  expect(createRedactor(['', 'abc', '12']).text('abc 12')).toBe('abc 12');
});

test('secrets that overlap are masked together: nothing of either stays', () => {
  expect(createRedactor(['abcdef', 'defghi']).text('<abcdefghi>')).toBe('<***>');
});

test('text that cannot be the beginning of a secret is shown at once', () => {
  const stream = createRedactor(['hunter22']).stream();
  expect(stream.write('epoch 1\nhunt')).toBe('epoch 1\n');
  expect(stream.write('ing\nhunter2')).toBe('hunting\n');
  expect(stream.write('2!')).toBe('***!');
  expect(stream.write('hun')).toBe('');
  expect(stream.end()).toBe('hun');
});

test('however a text is cut into pieces, the stream shows what the whole would, and no secret', () => {
  const letters = fc.constantFrom('a', 'b', 'é');
  const secrets = fc.array(fc.string({ unit: letters, minLength: 4, maxLength: 9 }), {
    minLength: 1,
    maxLength: 3,
  });
  const pieces = fc.array(fc.string({ unit: letters, maxLength: 12 }), { maxLength: 12 });
  fc.assert(
    fc.property(secrets, pieces, (values, parts) => {
      const redactor = createRedactor(values);
      const stream = redactor.stream();
      const shown = parts.map((part) => stream.write(part)).join('') + stream.end();
      expect(shown).toBe(redactor.text(parts.join('')));
      for (const value of values) expect(shown).not.toContain(value);
    }),
    { seed: 1, numRuns: 400 },
  );
});

test('what holds no secret comes out as it went in', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (parts) => {
      const stream = createRedactor(['\u{10ffff}\u{10fffe}\u{10ffff}']).stream();
      expect(parts.map((part) => stream.write(part)).join('') + stream.end()).toBe(parts.join(''));
    }),
    { seed: 1, numRuns: 50 },
  );
});
