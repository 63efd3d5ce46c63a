/** A range of Python versions as a pyproject.toml states it, in the words of `requires-python`; null for none. */
export function requiredPython(pyproject: string): string | null {
  const standard = /^\s*requires-python\s*=\s*["']([^"']+)["']/m.exec(pyproject)?.[1];
  if (standard !== undefined) return standard.replaceAll(' ', '');
  const section = /^\s*\[tool\.poetry\.dependencies\]([^[]*)/m.exec(pyproject)?.[1] ?? '';
  const poetry = /^\s*python\s*=\s*["']([^"'|]+)["']/m.exec(section)?.[1];
  return poetry === undefined ? null : poetry.replaceAll(' ', '').split(',').map(plainRange).join(',');
}

/** Poetry's `^3.9` and `~3.9` in plain comparisons. */
function plainRange(written: string): string {
  const [, sign = '', version = ''] = /^([\^~])(\d.*)$/.exec(written) ?? [];
  if (sign === '') return /^\d/.test(written) ? `==${written}` : written;
  const [major = 0, minor] = numbersOf(version);
  return sign === '^' || minor === undefined
    ? `>=${version},<${major + 1}`
    : `>=${version},<${major}.${minor + 1}`;
}

/** Whether a version such as `3.11.7` is in a range such as `>=3.9,<3.12`; what is not understood counts as met. */
export function isWithin(version: string, range: string): boolean {
  return range.split(',').every((part) => meets(version, part.trim()));
}

function meets(version: string, condition: string): boolean {
  const [, sign = '', wanted = ''] = /^(>=|<=|>|<|===?|!=|~=)\s*(\d[\d.]*(?:\.\*)?)$/.exec(condition) ?? [];
  const bound = numbersOf(wanted);
  const order = compare(numbersOf(version), bound);
  const isOfSeries = (length: number): boolean =>
    compare(numbersOf(version).slice(0, length), bound.slice(0, length)) === 0;
  switch (sign) {
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    case '==':
    case '===':
      return wanted.endsWith('*') ? isOfSeries(bound.length) : order === 0;
    case '!=':
      return wanted.endsWith('*') ? !isOfSeries(bound.length) : order !== 0;
    case '~=':
      return order >= 0 && isOfSeries(bound.length - 1);
    default:
      return true;
  }
}

/** The numbers of a version; a letter ends them: `3.13.0rc1` counts as `3.13.0`. */
const numbersOf = (version: string): readonly number[] =>
  (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').filter(Boolean).map(Number);

function compare(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
