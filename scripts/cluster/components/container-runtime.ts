import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Component } from '../component.ts';
import type { Cluster } from './cluster.ts';

/** The image of the container that holds a pod's namespaces; imported, never pulled. */
export const PAUSE_IMAGE = 'longhaul.test/pause:1';

/** containerd with its own folders, and the bridge on which pods meet. */
export function containerRuntime({ place, network, programs }: Cluster): Component {
  const inside = (...parts: readonly string[]) => join(place.containerd, ...parts);
  mkdirSync(inside('networks'), { recursive: true });
  writeFileSync(
    inside('networks', '10-pods.conflist'),
    JSON.stringify({
      cniVersion: '1.0.0',
      name: 'pods',
      plugins: [
        {
          type: 'bridge',
          bridge: 'pods',
          isGateway: true,
          ipMasq: false,
          hairpinMode: true,
          ipam: {
            type: 'host-local',
            ranges: [[{ subnet: network.podRange }]],
            routes: [{ dst: '0.0.0.0/0' }],
            dataDir: inside('addresses'),
          },
        },
      ],
    }),
  );
  writeFileSync(inside('config.toml'), configuration(inside, programs.networkPlugins));
  return {
    name: 'containerd',
    command: programs.find('containerd'),
    args: ['--config', inside('config.toml')],
    environment: programs.environment,
  };
}

/** `restrict_oom_score_adj`: a container cannot be made less killable than its parent without CAP_SYS_RESOURCE. */
const configuration = (inside: (...parts: readonly string[]) => string, plugins: string): string =>
  `version = 2
root = ${JSON.stringify(inside('root'))}
state = ${JSON.stringify(inside('state'))}
[grpc]
  address = ${JSON.stringify(inside('containerd.sock'))}
[plugins."io.containerd.internal.v1.opt"]
  path = ${JSON.stringify(inside('opt'))}
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${JSON.stringify(PAUSE_IMAGE)}
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = ${JSON.stringify(plugins)}
    conf_dir = ${JSON.stringify(inside('networks'))}
`;
