import path from 'node:path';
import { inRoot, root, runtimeNode } from './paths.mjs';
import { outputOf, pathWithoutPackages } from './processes.mjs';
import { runShowingProgress, SetupError } from './progress.mjs';
import { hashOfFiles, readStamp, writeStamp } from './stamps.mjs';
import { RUNTIME_NODE, versionIn } from './versions.mjs';

const stamp = inRoot('node_modules/.longhaul-lock');
const hashOfLock = () => hashOfFiles([inRoot('package-lock.json')]);

/** Whether node_modules is what package-lock.json says; the stamp is only written once all of it works. */
export const packagesAreCurrent = () => readStamp(stamp) === hashOfLock();

/** `npm ci`, then makes sure that the Node which runs everything else is there. */
export async function providePackages() {
  await runShowingProgress({
    what: 'install packages (npm ci)',
    expect: '1 min',
    command: 'npm',
    args: ['ci', '--no-fund', '--no-audit'],
    cwd: root,
    env: environmentForNpm(),
  });
  await provideRuntimeNode();
  writeStamp(stamp, hashOfLock());
}

/** npm may hold back the install script of the package `node`, which puts the program in place: then it is run here. */
async function provideRuntimeNode() {
  if (runtimeWorks()) return;
  await runShowingProgress({
    what: `put Node ${RUNTIME_NODE} in place`,
    expect: '20s',
    command: process.execPath,
    args: ['installArchSpecificPackage.js'],
    cwd: inRoot('node_modules/node'),
    env: environmentForNpm(),
  });
  if (!runtimeWorks())
    throw new SetupError(
      `${runtimeNode} does not run as Node ${RUNTIME_NODE} or newer; remove node_modules and run: npm run setup`,
    );
}

function runtimeWorks() {
  const version = outputOf(runtimeNode, ['--version']);
  return version !== undefined && versionIn(version)[0] >= RUNTIME_NODE;
}

/** npm must not run by the Node inside the node_modules that it replaces. */
function environmentForNpm() {
  const ownNode = process.execPath.startsWith(inRoot('node_modules')) ? [] : [path.dirname(process.execPath)];
  return { ...process.env, PATH: [...ownNode, pathWithoutPackages()].join(path.delimiter) };
}
