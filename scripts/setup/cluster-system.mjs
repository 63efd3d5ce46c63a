import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { hasDebianPackages, lackingDebianPackages, unpackDebianPackages } from './debian.mjs';
import { inTools } from './paths.mjs';
import { onPath } from './processes.mjs';
import { SetupError } from './progress.mjs';
import { makeWhole } from './stamps.mjs';

const PROGRAMS = [
  'etcd',
  'containerd',
  'ctr',
  'containerd-shim-runc-v2',
  'runc',
  'iptables',
  'iptables-restore',
  'ip',
];
const NETWORK_PLUGINS = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'];

const PACKAGES = ['etcd-server', 'containerd', 'runc', 'containernetworking-plugins', 'iptables', 'iproute2'];

/**
 * etcd, containerd, runc, iptables, ip and the network plugins: those on PATH where all are there, else Debian's
 * packages, unpacked and not installed.
 * @returns folders of programs and of network plugins, and what their environment needs
 */
export async function provideClusterSystem() {
  const onMachine = NETWORK_PLUGINS.find((folder) => existsSync(path.join(folder, 'bridge')));
  if (onMachine !== undefined && PROGRAMS.every((name) => onPath(name) !== undefined))
    return { programs: [], networkPlugins: onMachine, environment: {} };
  if (!hasDebianPackages())
    throw new SetupError(
      `The test cluster needs ${PROGRAMS.join(', ')} on PATH and the CNI plugins in one of ${NETWORK_PLUGINS.join(', ')}; this machine has no Debian packages to take them from. Install them, or give the tests a throw-away cluster: docs/test-cluster.md says how.`,
    );
  const folder = inTools('cluster-system', 'debian');
  if (!existsSync(folder)) await makeWhole(folder, fetchFromDebian);
  return {
    programs: programsIn(folder),
    networkPlugins: onMachine ?? path.join(folder, 'usr/lib/cni'),
    environment: librariesOf(folder),
  };
}

async function fetchFromDebian(draft) {
  await unpackDebianPackages({
    what: 'fetch etcd, containerd, runc and network tools from Debian',
    expect: '10s',
    packages: lackingDebianPackages(PACKAGES),
    into: draft,
  });
  if (!existsSync(path.join(draft, 'usr/sbin/xtables-nft-multi'))) return;
  for (const family of ['iptables', 'ip6tables'])
    for (const ending of ['', '-save', '-restore'])
      symlinkSync('xtables-nft-multi', path.join(draft, `usr/sbin/${family}${ending}`));
}

const programsIn = (folder) => ['usr/sbin', 'usr/bin', 'sbin', 'bin'].map((name) => path.join(folder, name));

function librariesOf(folder) {
  const places = ['usr/lib', 'lib']
    .map((name) => path.join(folder, name))
    .filter((place) => existsSync(place));
  const libraries = places.flatMap((place) =>
    readdirSync(place)
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => path.join(place, name)),
  );
  const extensions = libraries
    .map((library) => path.join(library, 'xtables'))
    .find((place) => existsSync(place));
  return {
    LD_LIBRARY_PATH: libraries.join(':'),
    ...(extensions === undefined ? {} : { XTABLES_LIBDIR: extensions }),
  };
}
