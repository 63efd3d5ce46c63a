/** How a secret looks inside base64, wherever it stands in what was encoded (`user:secret`, say). */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * The secret alone, padded or not, and the characters that it alone decides when 0, 1 or 2 bytes of a group stand before
 * it; each also in the URL-safe alphabet. Up to two bytes at its edges may stay readable in the last three.
 */
export const base64Forms = (secret: string): readonly string[] => {
  const bytes = utf8(secret);
  const inside = [0, 1, 2].map((before) => {
    const encoded = encode([...Array.from({ length: before }, () => 0), ...bytes]);
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  const alone = encode(bytes);
  const forms = [alone + '='.repeat((3 - (bytes.length % 3)) % 3), alone, ...inside];
  return [...forms, ...forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
};

/** Base64 without padding. */
function encode(bytes: readonly number[]): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 6; bits -= 6) text += letter(held >> (bits - 6));
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + letter(held << (6 - bits));
}

const letter = (bits: number): string => ALPHABET.charAt(bits & 63);

/** The bytes that `encodeURIComponent` writes as `%XX`, and the rest as they are. */
function utf8(text: string): readonly number[] {
  const encoded = encodeURIComponent(text.toWellFormed());
  return [...encoded.matchAll(/%([0-9A-F]{2})|[^%]/g)].map(([character, octet]) =>
    octet === undefined ? character.charCodeAt(0) : Number.parseInt(octet, 16),
  );
}
