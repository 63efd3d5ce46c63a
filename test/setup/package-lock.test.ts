import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../../local/tools.ts';

interface LockedPackage {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync(path.join(repositoryRoot(), 'package-lock.json'), 'utf8')) as {
  packages: Readonly<Record<string, LockedPackage>>;
};

test('the lock holds the native parts of every platform, without which `npm ci` refuses it', () => {
  const absent = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${place}/node_modules/${name}` in packages),
    ),
  );
  expect(absent).toEqual([]);
});

test('the lock names no registry, so that it serves behind any', () => {
  expect(Object.keys(packages).filter((place) => packages[place]?.resolved !== undefined)).toEqual([]);
});

test('Temporal’s packages share one protobufjs, without which recorded histories cannot be read', () => {
  const own = Object.keys(packages).filter((place) => /@temporalio\/.*\/protobufjs$/.test(place));
  expect(own).toEqual([]);
});
