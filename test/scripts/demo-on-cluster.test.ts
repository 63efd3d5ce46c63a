import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadServerConfig } from '../../config/load-server.ts';
import { clusterScrapeJobs } from '../../local/cluster-scrape-jobs.ts';
import { homePaths } from '../../local/home.ts';
import { stackSettings } from '../../local/stack.ts';
import { findTools } from '../../local/tools.ts';
import { onCluster } from '../../scripts/demo/places/cluster.ts';
import { writeServerFile } from '../../scripts/demo/server-file.ts';
import { readTarget } from '../../scripts/demo/target-option.ts';

const folder = mkdtempSync(join(tmpdir(), 'longhaul-demo-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the operator’s file of a demo on a cluster', () => {
  const placeAt = (hostAddress: string) =>
    onCluster({
      provide: () =>
        Promise.resolve({
          kubeconfig: '/clusters/throw-away',
          gateway: 'http://10.0.0.2:8080',
          gatewayName: 'mesh/door',
          hostAddress,
          load: () => Promise.resolve(),
        }),
      end: () => Promise.resolve(true),
      commandToEnd: '',
    });
  const writtenFor = async (hostAddress: string) => {
    const home = homePaths(join(folder, hostAddress));
    const { clusterEnvironments } = await placeAt(hostAddress).open(() => undefined);
    await writeServerFile(home, 'file:///flights.git', clusterEnvironments);
    return loadServerConfig(home.serverConfig);
  };

  it('is valid, and its stack has an MLflow for pods and a Prometheus that finds them', async () => {
    const server = await writtenFor('0.0.0.0');
    expect(server.environments['production']).toMatchObject({
      namespace: 'longhaul-demo-production',
      headers: { host: 'production.flights.test' },
      traffic: { kind: 'istio', gateways: ['mesh/door'], hosts: ['production.flights.test'] },
      overlays: ['demo'],
    });
    expect(server.environments['staging']).toMatchObject({ target: 'kubernetes', overlays: [] });
    const stack = stackSettings(server, findTools());
    const jobs = await clusterScrapeJobs(server, homePaths(join(folder, 'stack')));
    expect(stack).toMatchObject({ mlflowHost: '0.0.0.0', environments: {} });
    expect(stack.services).toContain('mlflow');
    expect(jobs).toHaveLength(2);
  });

  it('is refused for an address that this machine does not have', async () => {
    await expect(writtenFor('203.0.113.1')).rejects.toThrow('203.0.113.1 is no address of this machine');
  });
});

describe('where the demo serves its models', () => {
  const given = {
    kubeconfig: '/k',
    context: 'kind-throwaway',
    'base-url': 'http://127.0.0.1:8080',
    gateway: 'istio-system/longhaul',
    'host-address': '172.18.0.1',
    'load-image': 'kind load image-archive $ARCHIVE',
  };

  it('is this machine, the project’s own cluster, or one that is given whole', () => {
    expect(readTarget({ target: 'local' })).toEqual({ kind: 'local' });
    expect(readTarget({ target: 'kubernetes' })).toEqual({ kind: 'kubernetes', given: null });
    expect(readTarget({ target: 'kubernetes', ...given })).toMatchObject({
      given: { context: 'kind-throwaway', hostAddress: '172.18.0.1' },
    });
  });

  it('is refused where it is unknown, given by half, or given to no cluster', () => {
    expect(() => readTarget({ target: 'cloud' })).toThrow('--target is local or kubernetes, not cloud');
    expect(() => readTarget({ target: 'kubernetes', ...given, gateway: '' })).toThrow('needs --gateway too');
    expect(() => readTarget({ target: 'local', context: 'c' })).toThrow('--context: only with --target');
  });

  it('has set-up make the cluster’s programs only where the cluster is the project’s own', async () => {
    const script: unknown = await import(new URL('../../scripts/setup/run-script.mjs', import.meta.url).href);
    const { startsCluster } = script as {
      readonly startsCluster: (name: string, args: readonly string[]) => boolean;
    };
    const needed = (...args: readonly string[]) => startsCluster('demo', args);
    expect(needed('--yes')).toBe(false);
    expect(needed('--yes', '--target', 'kubernetes')).toBe(true);
    expect(needed('--target=kubernetes')).toBe(true);
    expect(needed('--target', 'kubernetes', '--kubeconfig', 'file')).toBe(false);
  });
});
