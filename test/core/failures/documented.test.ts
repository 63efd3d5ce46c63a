import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../../../local/tools.ts';

const inRoot = (...parts: readonly string[]): string => join(repositoryRoot(), ...parts);

test('each failure that is known is on the page about troubleshooting, and no other', () => {
  const sources = readdirSync(inRoot('core/failures')).map((name) =>
    readFileSync(inRoot('core/failures', name), 'utf8'),
  );
  const choices = sources.flatMap((source) => source.match(/\bid: .*/g) ?? []);
  const known = choices.flatMap((choice) => choice.match(/(?<=')[\w-]+(?=')/g) ?? []);
  const page = readFileSync(inRoot('docs/troubleshooting.md'), 'utf8');
  const told = [...page.matchAll(/^\| `([\w-]+)`/gm)].map(([, id]) => id);
  expect(told.toSorted()).toEqual([...new Set(known)].toSorted());
});
