/** A bar of `length` characters, filled to `share` (0 to 1). */
export function bar(share: number, length = 24): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * length);
  return '█'.repeat(filled) + '░'.repeat(length - filled);
}
