import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeBareProject, type BareProject } from './bare-project.ts';

/** A project and the environment in which its set-up finds its tools. */
export interface ReadyProject extends BareProject {
  readonly environment: Readonly<Record<string, string>>;
}

/** A project where everything is there, so that set-up goes on to the script that was asked for. */
export async function makeReadyProject(): Promise<ReadyProject> {
  const project = await makeProjectThatBuildsK6('exit 1');
  return { ...project, environment: { ...project.environment, LONGHAUL_K6: process.execPath } };
}

/** A project where everything is there but k6, which `go`, as the test has it, is to build. */
export async function makeProjectThatBuildsK6(
  goInstall: string,
): Promise<BareProject & { environment: Record<string, string> }> {
  const project = makeBareProject();
  const paths = await project.load<Record<string, string>>('scripts/setup/paths.mjs');
  const stamps = await project.load<{ hashOfFiles: (files: readonly (string | undefined)[]) => string }>(
    'scripts/setup/stamps.mjs',
  );
  const inProject = (name: string) => {
    mkdirSync(path.dirname(path.join(project.root, name)), { recursive: true });
    return path.join(project.root, name);
  };
  const packageLock = path.join(project.root, 'package-lock.json');
  writeFileSync(inProject('node_modules/.longhaul-lock'), stamps.hashOfFiles([packageLock]));
  for (const [name, lock] of [
    ['services', paths['servicesLock']],
    ['test-servers', paths['testServersLock']],
  ]) {
    writeFileSync(inProject(`.tools/python/${name}.lock-hash`), stamps.hashOfFiles([lock]));
    symlinkSync(process.execPath, inProject(`.tools/python/${name}/bin/python`));
  }
  project.putOnPath('git', 'exit 0');
  setGo(project, goInstall);
  const there = ['TEMPORAL', 'PROMETHEUS', 'ENVOY', 'UV', 'TEST_SERVER'];
  const environment = Object.fromEntries(there.map((name) => [`LONGHAUL_${name}`, process.execPath]));
  return { ...project, environment };
}

/** Puts a `go` on PATH that installs by this script, with `$GOBIN` set. */
export function setGo(project: BareProject, install: string): void {
  project.putOnPath('go', `if [ "$1" = version ]; then echo go version go1.25.1; exit; fi\n${install}`);
}
