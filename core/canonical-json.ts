/** JSON text that is the same for the same value, whatever the order its keys were set in: what digests are made of. */

/**
 * Keys sorted by code unit at every depth, no white space. A key with the value `undefined` is left out, as in JSON.stringify.
 *
 * @throws TypeError for a value that JSON cannot hold (a number that is not finite, a function, a Date)
 */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (isRecord(value)) {
    const members = Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
    return `{${members.join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`JSON cannot hold the number ${value}.`);
  }
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return JSON.stringify(value);
  throw new TypeError(`JSON cannot hold a ${typeof value}.`);
};

/** A plain object; class instances such as Date have no canonical form here. */
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null);
