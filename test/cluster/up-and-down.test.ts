/** A cluster beside the one under test comes up and goes, in good order and in bad, and this machine is as before. */
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { awaitReady } from '../../scripts/cluster/await-ready.ts';
import { endedComponents, kill, readComponents } from '../../scripts/cluster/component.ts';
import { takeDown } from '../../scripts/cluster/down.ts';
import { clusterPlace } from '../../scripts/cluster/place.ts';
import { bringUp } from '../../scripts/cluster/up.ts';
import { testCluster } from './support/cluster.ts';
import { readMachineState } from './support/machine-state.ts';
import type { MachineState } from './support/machine-state.ts';

const place = clusterPlace('beside');
const changed = (before: MachineState, after: MachineState): readonly string[] =>
  (Object.keys(before) as (keyof MachineState)[]).filter(
    (part) => before[part].join('\n') !== after[part].join('\n'),
  );
const quietly = (): void => undefined;

describe.runIf(testCluster().own !== null)('a second cluster', () => {
  afterEach(async () => {
    vi.unstubAllEnvs();
    await takeDown(place);
  });

  test('leaves nothing behind, and none is started over it', async () => {
    const before = readMachineState('beside');
    const { nodeAddress } = await bringUp(place, quietly);

    expect(testCluster().gateway).not.toContain(nodeAddress);
    expect(changed(before, readMachineState('beside'))).toEqual(['links', 'routes', 'cgroups', 'processes']);
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
    kill(nodePid, 'SIGKILL');
    await awaitReady('the end of all', 20, async () => {
      const ended = await endedComponents(place);
      if (ended.length < readComponents(place).length) throw new Error(`only ${ended.join(', ')} ended`);
    });

    await expect(bringUp(place, quietly)).rejects.toThrow(/has ended, and is not undone/);
    await takeDown(place);
    expect(readMachineState('beside')).toEqual(before);
  });

  test('that cannot come up says why, and undoes what it began', async () => {
    const before = readMachineState('beside');
    vi.stubEnv('LONGHAUL_ENVOY', '/bin/false');
    await expect(bringUp(place, quietly)).rejects.toThrow(
      /did not start, and is undone. Envoy did not get ready and will not: .*\n\nenvoy has ended/,
    );
    expect(readMachineState('beside')).toEqual(before);
    expect(existsSync(place.folder)).toBe(false);
  });
});
