import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeReadyProject, type ReadyProject } from './ready-project.ts';

/** A project whose own Node is there, and whose programs are these. */
async function projectThatRuns(programs: Readonly<Record<string, string>>): Promise<ReadyProject> {
  const project = await makeReadyProject();
  const write = (name: string) => {
    mkdirSync(path.dirname(path.join(project.root, name)), { recursive: true });
    return path.join(project.root, name);
  };
  symlinkSync(process.execPath, write('node_modules/.bin/node'));
  for (const [name, code] of Object.entries(programs)) writeFileSync(write(name), code);
  return project;
}

test('a script gets its arguments as they are and the packages first on PATH; its exit code is kept', async () => {
  const project = await projectThatRuns({
    'node_modules/vitest/vitest.mjs':
      'console.log(JSON.stringify(process.argv.slice(2)), process.env.PATH.split(":")[0]); process.exit(7);',
  });
  const { code, output } = await project.start(project.environment, [
    '--run',
    'test',
    '--',
    'test/core',
    'a b',
  ]).end;
  expect(code).toBe(7);
  expect(output).toContain('["run","test/core","a b"]');
  expect(output).toContain(path.join(project.root, 'node_modules/.bin'));
});

test('a signal reaches the script, whose own end is waited for', async () => {
  const project = await projectThatRuns({
    'dist/scripts/demo/main.js': `
      process.on('SIGTERM', () => { console.error('ending well'); process.exit(3); });
      console.error('running');
      setInterval(() => {}, 1000);`,
  });
  const setup = project.start(project.environment, ['--run', 'demo']);
  await setup.says('running');
  setup.kill('SIGTERM');
  expect(await setup.end).toMatchObject({
    code: 3,
    output: expect.stringContaining('ending well') as string,
  });
});

test('one failing check does not hide the others, and is named in the summary', async () => {
  const project = await projectThatRuns({
    'node_modules/prettier/bin/prettier.cjs': 'process.exit(1)',
    'node_modules/knip/bin/knip.js': 'process.exit(0)',
  });
  const { code, output } = await project.start(project.environment, [
    '--run',
    'check',
    '--',
    'format',
    'dead-code',
  ]).end;
  expect(code).toBe(1);
  expect(output).toMatch(/FAILED +format/);
  expect(output).toMatch(/passed +dead-code/);
});
