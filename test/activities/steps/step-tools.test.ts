import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stepTools } from '../../../activities/steps/step-tools.ts';
import { findTools } from '../../../local/tools.ts';
import { createPythonSite, type PythonSite } from '../workspace/python-site.ts';

let site: PythonSite;
let folder: string;
beforeEach(() => {
  site = createPythonSite();
  folder = join(site.home.root, 'bin');
  mkdirSync(folder, { recursive: true });
});
afterEach(() => {
  site.remove();
});

const program = (path: string, text: string): string => {
  writeFileSync(path, text, { mode: 0o755 });
  return path;
};
const digestOf = async (named: string, ...folders: readonly string[]): Promise<string | undefined> => {
  const path = [...folders, folder].join(delimiter);
  const tools = await stepTools({ commands: [named], path, hasPython: false });
  return tools[`program ${named}`];
};

test('a program of Python is another once a package of its environment is', async () => {
  site.publish('tiny', '1.0');
  site.write({ 'requirements.txt': 'tiny\n' });
  const environment = await site.environments.ensure(site.request({ requirements: ['requirements.txt'] }));
  const python = join(environment, 'bin', 'python');
  symlinkSync(join(environment, 'bin', 'tiny'), join(folder, 'tiny'));
  program(
    join(folder, 'for-the-shell'),
    `#!/bin/sh\n'''exec' '${python}' "$0" "$@"\n' '''\nimport tiny\ntiny.main()\n`,
  );
  const names = ['tiny', python, 'for-the-shell'];
  const digests = () => Promise.all(names.map((name) => digestOf(name)));
  const before = await digests();
  expect(new Set(before).size).toBe(3);
  expect(before).not.toContain(undefined);
  expect(await digests()).toEqual(before);
  site.publish('tiny', '2.0');
  execFileSync(findTools().uv, ['pip', 'install', '--quiet', '--python', python, 'tiny==2.0']);
  const after = await digests();
  for (const [index, digest] of after.entries()) expect(digest, names[index]).not.toBe(before[index]);
});

test('a script is another once what it is run by is, or once it is itself', async () => {
  program(join(folder, 'interpreter'), '#!/bin/sh\n');
  program(join(folder, 'script'), '#!/usr/bin/env -S interpreter --fast\n');
  const first = await digestOf('script');
  program(join(folder, 'interpreter'), '#!/bin/bash\n');
  const second = await digestOf('script');
  program(join(folder, 'script'), '#!/usr/bin/env interpreter\n');
  expect(new Set([first, second, await digestOf('script')]).size).toBe(3);
});

test('a script that is run by itself ends', async () => {
  const path = join(folder, 'circle');
  program(path, `#!${path}\n`);
  expect(await digestOf(path)).toMatch(/^[0-9a-f]{12}$/);
});

test('an absolute path counts by itself, and a path in the worktree or behind a variable for nothing', async () => {
  const tools = join(folder, 'tools');
  mkdirSync(tools);
  const path = program(join(tools, 'train'), 'one');
  program(join(folder, 'train'), 'two');
  const line = `FOO=1 ${path} --to=$LONGHAUL_OUTPUT_DIR/bin/sh ~/bin/sh \${HOME}/bin/sh; scripts/train`;
  const programs = Object.keys(await stepTools({ commands: [line], path: folder, hasPython: false })).filter(
    (name) => name.startsWith('program '),
  );
  expect(programs).toEqual([`program ${path}`]);
  const before = await digestOf(path);
  program(path, 'three');
  expect(await digestOf(path)).not.toBe(before);
});

test('the helper counts for every step; the machine’s Python only where the step has none of its own', async () => {
  program(join(folder, 'python'), '');
  const given = { commands: ['python -c ""'], path: folder };
  const without = await stepTools({ ...given, hasPython: false });
  const having = await stepTools({ ...given, hasPython: true });
  expect(without['helper']).toMatch(/^[0-9a-f]{12}$/);
  expect(having['helper']).toBe(without['helper']);
  expect(Object.hasOwn(without, 'program python')).toBe(true);
  expect(Object.hasOwn(having, 'program python')).toBe(false);
});
