import { runShowingProgress } from './progress.mjs';

/** What a build must not take from the user's settings; a module that asks for a newer Go may fetch it. */
const GO_SETTINGS = { GOFLAGS: '-buildvcs=false', GO111MODULE: 'on', GOWORK: 'off', GOTOOLCHAIN: 'auto' };

/** The user's environment, for this machine whatever the user cross-compiles for. */
export function goEnvironment(more = {}) {
  const { GOOS, GOARCH, ...env } = process.env;
  return { ...env, ...GO_SETTINGS, ...more };
}

/** `go install` of programs into a folder; an interrupted build goes on from what Go has compiled. */
export async function installGoPrograms({ what, expect, cwd, into, args, env }) {
  await runShowingProgress({
    what,
    expect,
    command: 'go',
    args: ['install', ...args],
    cwd,
    env: goEnvironment({ ...env, GOBIN: into }),
  });
}
