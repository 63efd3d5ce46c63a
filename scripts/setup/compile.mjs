import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { inRoot, root, runtimeNode } from './paths.mjs';
import { runShowingProgress } from './progress.mjs';
import { filesBelow, hashOfFiles, readStamp, writeStamp } from './stamps.mjs';

const NOT_SOURCES = ['node_modules', 'dist', 'test', 'examples', 'coverage', 'docs'];
const PYTHON = 'activities/training/python';
const compiledFrom = inRoot('dist/.sources-hash');
const configuration = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) =>
  inRoot(name),
);

/** Compiles the TypeScript to dist/ and bundles the workflows, each only where its sources have changed. */
export async function compile() {
  const sources = filesBelow(sourceFolders(), '.ts');
  if (sources.length === 0) return;
  await whereChanged(compiledFrom, [...configuration, ...sources], async () => {
    removeOrphans();
    await runShowingProgress({
      what: 'compile TypeScript',
      expect: '20s',
      command: runtimeNode,
      args: [inRoot('node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
      cwd: root,
    });
  });
  copyPython();
  await bundleWorkflows();
}

/** The package that the commands of a step import; it is found beside what is compiled. */
function copyPython() {
  if (!existsSync(inRoot(PYTHON))) return;
  const filter = (file) => !file.endsWith('__pycache__');
  cpSync(inRoot(PYTHON), inRoot('dist', PYTHON), { recursive: true, filter });
}

/**
 * Whether dist/ is compiled from the sources as they are now; the end-to-end tests ask it.
 * @public
 */
export const isCompiled = () =>
  readStamp(compiledFrom) === hashOfFiles([...configuration, ...filesBelow(sourceFolders(), '.ts')]);

async function bundleWorkflows() {
  const bundler = inRoot('dist/scripts/bundle-workflows.js');
  if (!existsSync(bundler) || !existsSync(inRoot('dist/workflows/index.js'))) return;
  const compiled = filesBelow([inRoot('dist/workflows'), inRoot('dist/core')], '.js');
  await whereChanged(inRoot('dist/.bundle-hash'), [...configuration, bundler, ...compiled], () =>
    runShowingProgress({
      what: 'bundle the workflows',
      expect: '15s',
      command: runtimeNode,
      args: [bundler],
      cwd: root,
    }),
  );
}

async function whereChanged(stamp, files, make) {
  const hash = hashOfFiles(files);
  if (readStamp(stamp) === hash) return;
  await make();
  writeStamp(stamp, hash);
}

const sourceFolders = () =>
  readdirSync(root, { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && !entry.name.startsWith('.') && !NOT_SOURCES.includes(entry.name),
    )
    .map((entry) => inRoot(entry.name));

/** Removes what was compiled from sources that are gone, so that nothing old is run or bundled. */
function removeOrphans() {
  for (const file of filesBelow([inRoot('dist')], '.js')) {
    const source = inRoot(path.relative(inRoot('dist'), file).replace(/\.js$/, '.ts'));
    if (existsSync(source) || file === inRoot('dist/workflow-bundle.js')) continue;
    rmSync(file);
    rmSync(`${file}.map`, { force: true });
  }
}
