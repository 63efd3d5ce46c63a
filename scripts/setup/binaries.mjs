import { chmodSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { programNamedIn, suitableOnPath } from './existing.mjs';
import { installGoPrograms } from './go.mjs';
import { canReach, downloadRelease } from './internet.mjs';
import { inTools } from './paths.mjs';
import { missingGo } from './prerequisites.mjs';
import { isProgram, outputOf } from './processes.mjs';
import { say, SetupError } from './progress.mjs';
import { filesBelow, makeWhole } from './stamps.mjs';
import { BINARIES } from './versions.mjs';

/**
 * Where each binary is, or how it will be had: named in the environment, installed here before, suitable on PATH,
 * downloaded, or built. Nothing is downloaded or built yet.
 * @returns plans, and what is missing to carry them out
 */
export async function planBinaries() {
  const plans = BINARIES.map((tool) => ({ tool, file: existing(tool) }));
  const absent = plans.filter(({ file }) => file === undefined).map(({ tool }) => tool.name);
  const download =
    absent.length > 0 && vendorPlatform() !== undefined && (await canReach('https://github.com'));
  const problem = absent.length === 0 || download ? undefined : missingGo(absent);
  return {
    plans: plans.map((plan) => ({ ...plan, download })),
    missing: problem === undefined ? [] : [problem],
  };
}

/** Makes one binary be there. @returns its absolute path */
export async function provideBinary({ tool, file, download }) {
  if (file !== undefined) return file;
  const folder = installedFolder(tool);
  if (download && (await downloaded(tool, folder))) return path.join(folder, tool.name);
  await makeWhole(folder, async (draft) => {
    await build(tool, draft);
    refuseUnlessItRuns(tool, draft);
  });
  return path.join(folder, tool.name);
}

function existing(tool) {
  const named = programNamedIn(tool.variable);
  if (named !== undefined) return named;
  const installed = path.join(installedFolder(tool), tool.name);
  return isProgram(installed) ? installed : suitableOnPath(tool);
}

/** Another choice of what is built in is another program. */
const installedFolder = ({ name, version, tags = '' }) =>
  inTools(name, [version, ...tags.split(',').filter(Boolean)].join('-'));

async function downloaded(tool, folder) {
  say(`  get    ${tool.name} ${tool.version} (${tool.why})`);
  try {
    await makeWhole(folder, async (draft) => {
      await downloadRelease(tool.release(vendorPlatform()), draft);
      keepOnly(tool.name, draft);
      refuseUnlessItRuns(tool, draft);
    });
    return true;
  } catch (error) {
    const noGo = missingGo([tool.name]);
    if (noGo !== undefined) throw new SetupError(`${error.message}\n${noGo}`);
    say(`  note   ${error.message}; building it from source instead`);
    return false;
  }
}

function refuseUnlessItRuns(tool, folder) {
  if (outputOf(path.join(folder, tool.name), tool.ask) !== undefined) return;
  throw new SetupError(
    `${tool.name} ${tool.version} does not run on this machine: \`${tool.name} ${tool.ask.join(' ')}\` fails`,
  );
}

/** Leaves of an unpacked release its program alone, at the top of the folder. */
function keepOnly(name, folder) {
  const program = filesBelow([folder], `${path.sep}${name}`)[0];
  if (program === undefined) throw new SetupError(`the release of ${name} holds no program of that name`);
  const kept = path.join(folder, `.${name}`);
  renameSync(program, kept);
  for (const entry of filesBelow([folder], ''))
    if (entry !== kept) rmSync(entry, { recursive: true, force: true });
  renameSync(kept, path.join(folder, name));
  chmodSync(path.join(folder, name), 0o755);
}

async function build(tool, draft) {
  await installGoPrograms({
    what: `build ${tool.name} ${tool.version}`,
    expect: `${tool.minutes} min on 2 cores`,
    args: [...(tool.tags === undefined ? [] : ['-tags', tool.tags]), tool.module],
    cwd: draft,
    into: draft,
  });
}

/** This machine in the words of Go releases; undefined where vendors publish nothing for it. */
export function vendorPlatform() {
  const machine = { x64: 'amd64', arm64: 'arm64' }[process.arch];
  return ['linux', 'darwin'].includes(process.platform) && machine
    ? { system: process.platform, machine }
    : undefined;
}
