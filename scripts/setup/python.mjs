import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { programNamedIn, suitableOnPath } from './existing.mjs';
import { flightsLock, inTools, servicesLock, testServersLock } from './paths.mjs';
import { findPython, missingPython } from './prerequisites.mjs';
import { isProgram, outputOf } from './processes.mjs';
import { runShowingProgress } from './progress.mjs';
import { hashOfFiles, makeWhole, readStamp, writeStamp } from './stamps.mjs';
import { UV } from './versions.mjs';

/**
 * The environments to have: MLflow and Envoy; the sample project's, which tests use and which fills uv's cache; what
 * stands in for a cloud in tests.
 */
const environments = [
  { name: 'services', lock: servicesLock, expect: '1 min' },
  { name: 'flights', lock: flightsLock, expect: '1 min' },
  { name: 'test-servers', lock: testServersLock, expect: '10s' },
];

/** What of uv and the environments is there, and what is missing to make the rest. */
export function planPython() {
  const uv = existingUv();
  const stale = environments.filter((environment) => existsSync(environment.lock) && !isCurrent(environment));
  const problem = stale.length > 0 || uv === undefined ? missingPython(uv === undefined) : undefined;
  return { uv, stale, missing: problem === undefined ? [] : [problem] };
}

/** Makes uv be there. @returns its absolute path */
export async function provideUv({ uv }) {
  if (uv !== undefined) return uv;
  await makeWhole(path.dirname(installedUv), async (draft) => {
    const environment = path.join(draft, 'environment');
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `uv==${UV.version}`];
    const what = `install uv ${UV.version}`;
    await runShowingProgress({
      what: `${what}: an environment for it`,
      expect: '10s',
      command: findPython(),
      args: ['-m', 'venv', environment],
    });
    await runShowingProgress({
      what,
      expect: '10s',
      command: path.join(environment, 'bin/python'),
      args: pip,
    });
    copyFileSync(path.join(environment, 'bin/uv'), path.join(draft, 'uv'));
    rmSync(environment, { recursive: true, force: true });
  });
  return installedUv;
}

/**
 * Brings the environments in line with their locks: only what differs is changed, so programs that run from one go
 * on. The stamp is written last, so an unfinished one is finished by the next run.
 */
export async function provideEnvironments(uv, stale) {
  for (const environment of stale) {
    const folder = folderOf(environment);
    rmSync(stampOf(environment), { force: true });
    mkdirSync(path.dirname(folder), { recursive: true });
    const what = `Python environment ${environment.name}`;
    if (outputOf(path.join(folder, 'bin/python'), ['--version']) === undefined) {
      await runShowingProgress({
        what: `${what}: its Python`,
        expect: '1s',
        command: uv,
        args: [
          'venv',
          '--quiet',
          '--clear',
          '--relocatable',
          '--no-python-downloads',
          '--python',
          findPython(),
          folder,
        ],
      });
    }
    await runShowingProgress({
      what,
      expect: environment.expect,
      command: uv,
      args: ['pip', 'sync', '--python', path.join(folder, 'bin/python'), environment.lock],
      cwd: path.dirname(environment.lock),
    });
    writeStamp(stampOf(environment), hashOf(environment));
  }
}

/** The folder of each environment that is there. */
export function environmentFolders() {
  return Object.fromEntries(
    environments.filter(isCurrent).map((environment) => [environment.name, folderOf(environment)]),
  );
}

/** Envoy's program, as it lies in the services' environment; or the one that LONGHAUL_ENVOY or PATH has. */
export function findEnvoy() {
  const named = programNamedIn('LONGHAUL_ENVOY');
  if (named !== undefined) return named;
  const library = path.join(folderOf(environments[0]), 'lib');
  const packaged = existsSync(library) ? envoyIn(library) : undefined;
  return packaged ?? suitableOnPath({ name: 'envoy', suitable: { from: [1, 28], below: [2] } });
}

function envoyIn(library) {
  return readdirSync(library)
    .map((python) => path.join(library, python, 'site-packages/envoy/_bin/envoy'))
    .find(isProgram);
}

const installedUv = inTools('uv', UV.version, 'uv');
const folderOf = ({ name }) => inTools('python', name);
const stampOf = ({ name }) => inTools('python', `${name}.lock-hash`);
const hashOf = ({ lock }) => hashOfFiles([lock]);
const isCurrent = (environment) =>
  readStamp(stampOf(environment)) === hashOf(environment) &&
  isProgram(path.join(folderOf(environment), 'bin/python'));

function existingUv() {
  const named = programNamedIn(UV.variable);
  if (named !== undefined) return named;
  return isProgram(installedUv) ? installedUv : suitableOnPath({ name: 'uv', suitable: UV.suitable });
}
