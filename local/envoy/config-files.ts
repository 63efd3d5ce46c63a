import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaneRef } from '../../core/ids.ts';
import type { LaneView } from '../lane-view.ts';
import { writeAtomically } from '../supervisor/atomic-file.ts';
import { bootstrap } from './bootstrap.ts';
import { cluster, endpoints } from './clusters.ts';
import { listener } from './listener.ts';
import { clusterName, fileNameOf, routeName } from './names.ts';
import { routes } from './routes.ts';

/** An arm that gets no new request but may still be answering old ones: its cluster stays until it has ended. */
export interface DrainingArm {
  readonly lane: LaneRef;
  readonly armId: string;
}

export interface EnvoyFiles {
  writeBootstrap(adminPort: number): Promise<void>;
  /** Writes clusters and their endpoints; both files and Envoy still have the clusters of before. */
  writeUpstreams(lanes: readonly LaneView[], draining: readonly DrainingArm[]): Promise<void>;
  /**
   * Writes listeners and routes, then takes clusters away that nothing names any more. Envoy reads its files in no
   * order, so this must wait until it reports the endpoints: requests would meet a cluster without any.
   * @returns the version of each lane's routes, by route name
   */
  writeRoutes(lanes: readonly LaneView[]): Promise<ReadonlyMap<string, string>>;
}

/** The files that Envoy reads, in `folder`. One writer at a time. */
export function createEnvoyFiles(folder: string): EnvoyFiles {
  const written = new Map<string, { readonly content: string; readonly version: string }>();
  const born = Date.now();
  let writes = 0;
  let known: ReadonlyMap<string, object> = new Map();
  let wanted = known;
  const at = (kind: 'eds' | 'rds', name: string): string => join(folder, kind, fileNameOf(name));
  const files = { lds: join(folder, 'lds.json'), cds: join(folder, 'cds.json') };

  const put = async (path: string, resources: readonly object[]): Promise<string> => {
    const content = JSON.stringify(resources);
    const before = written.get(path);
    if (before?.content === content) return before.version;
    const version = `${born}-${++writes}`;
    await writeAtomically(path, `{"version_info":"${version}","resources":${content}}`);
    written.set(path, { content, version });
    return version;
  };

  return {
    writeBootstrap: async (adminPort) => {
      await writeAtomically(join(folder, 'bootstrap.json'), JSON.stringify(bootstrap(adminPort, files)));
    },
    writeUpstreams: async (lanes, draining) => {
      const serving = lanes.flatMap(({ lane, arms }) =>
        arms.map(({ arm, endpoints: ready }) => ({ lane, armId: arm.id, ready })),
      );
      for (const { lane, armId, ready } of serving)
        await put(at('eds', clusterName(lane, armId)), [endpoints(lane, armId, ready)]);
      wanted = new Map(
        [...draining, ...serving].map(({ lane, armId }) => {
          const name = clusterName(lane, armId);
          return [name, cluster(lane, armId, at('eds', name))];
        }),
      );
      await put(files.cds, [...new Map([...known, ...wanted]).values()]);
    },
    writeRoutes: async (lanes) => {
      const versions = new Map<string, string>();
      for (const view of lanes)
        versions.set(routeName(view.lane), await put(at('rds', routeName(view.lane)), [routes(view)]));
      await put(
        files.lds,
        lanes.map(({ lane, port }) => listener(lane, port, at('rds', routeName(lane)))),
      );
      await put(files.cds, [...wanted.values()]);
      const kept = [
        files.lds,
        files.cds,
        ...[...wanted.keys()].map((name) => at('eds', name)),
        ...lanes.map(({ lane }) => at('rds', routeName(lane))),
      ];
      await forget(written, new Set(kept));
      known = wanted;
      return versions;
    },
  };
}

async function forget(written: Map<string, unknown>, kept: ReadonlySet<string>): Promise<void> {
  for (const path of [...written.keys()].filter((candidate) => !kept.has(candidate))) {
    await rm(path, { force: true });
    written.delete(path);
  }
}
