import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonBytes, textWithin } from '../../core/json-size.ts';

const text = fc.string({ unit: 'binary', maxLength: 300 });

describe('the size of a value as JSON', () => {
  it('is what UTF-8 takes for it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        expect(jsonBytes(value)).toBe(Buffer.byteLength(JSON.stringify(value)));
      }),
    );
    expect(jsonBytes(undefined)).toBe(0);
  });
});

describe('a text cut to a size', () => {
  it('fits, is the text itself when that fits, and else as much of its beginning as does', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 3, max: 400 }), (given, bytes) => {
        const cut = textWithin(given, bytes);
        expect(jsonBytes(cut) - 2).toBeLessThanOrEqual(bytes);
        if (jsonBytes(given) - 2 <= bytes) {
          expect(cut).toBe(given);
          return;
        }
        const kept = cut.slice(0, -1);
        expect(given.startsWith(kept) && cut.endsWith('…')).toBe(true);
        const [next = ''] = given.slice(kept.length);
        expect(jsonBytes(`${kept}${next}…`) - 2).toBeGreaterThan(bytes - jsonBytes(next));
      }),
    );
  });

  it('ends before a character that does not fit, never within it', () => {
    expect(textWithin('모델'.repeat(10), 10)).toBe('모델…');
    expect(textWithin('🎯🎯🎯', 11)).toBe('🎯🎯…');
    expect(textWithin('a\n\n\n\n', 6)).toBe('a\n…');
  });
});
