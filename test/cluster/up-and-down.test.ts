/** A cluster beside the one under test comes up and goes, in good order and in bad, and this machine is as before. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { kill, readComponents } from '../../scripts/cluster/component.ts';
import { takeDown } from '../../scripts/cluster/down.ts';
import { nodeOf } from '../../scripts/cluster/machine.ts';
import { clusterPlace } from '../../scripts/cluster/place.ts';
import { bringUp } from '../../scripts/cluster/up.ts';
import { testCluster } from './support/cluster.ts';
import { readMachineState } from './support/machine-state.ts';

const place = clusterPlace('beside');
const quietly = (): void => undefined;

describe.runIf(testCluster().own !== null)('a second cluster', () => {
  afterEach(async () => {
    await takeDown(place);
  });

  test('leaves nothing behind, and none is started over it', async () => {
    const before = readMachineState('beside');
    const { nodeAddress } = await bringUp(place, quietly);

    expect(testCluster().gateway).not.toContain(nodeAddress);
    expect(readMachineState('beside').settings).toEqual(before.settings);
    await expect(bringUp(place, quietly)).rejects.toThrow(
      /The cluster beside runs already .* npm run cluster:down -- --name beside/,
    );
    expect(await takeDown(place)).toBe(true);
    expect(readMachineState('beside')).toEqual(before);
    expect(existsSync(place.folder)).toBe(false);
    expect(await takeDown(place)).toBe(false);
  });

  test('whose every process was killed leaves nothing behind either', async () => {
    const before = readMachineState('beside');
    const { nodePid } = await bringUp(place, quietly);
    for (const { process: identity } of readComponents(place)) kill(identity.pid, 'SIGKILL');
    kill(nodeOf(nodePid).pid, 'SIGKILL');

    await expect(bringUp(place, quietly)).rejects.toThrow(/has ended, and is not undone/);
    await takeDown(place);
    expect(readMachineState('beside')).toEqual(before);
  });

  test('that cannot come up says why, and undoes what it began', async () => {
    const before = readMachineState('beside');
    const programs = join('/tmp', `longhaul-broken-${process.pid}`);
    mkdirSync(programs);
    writeFileSync(join(programs, 'openssl'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const { PATH } = process.env;
    process.env['PATH'] = `${programs}:${PATH ?? ''}`;
    try {
      await expect(bringUp(place, quietly)).rejects.toThrow(/did not start, and is undone/);
    } finally {
      process.env['PATH'] = PATH;
      rmSync(programs, { recursive: true });
    }
    expect(readMachineState('beside')).toEqual(before);
    expect(existsSync(place.folder)).toBe(false);
  });
});
