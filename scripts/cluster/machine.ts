import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { awaitReady } from './await-ready.ts';
import { childrenOf, startComponent } from './component.ts';
import type { Component } from './component.ts';
import type { ClusterNetwork } from './network.ts';
import type { ClusterPlace } from './place.ts';
import type { ClusterPrograms } from './programs.ts';

/**
 * The node: a namespace each of mounts, network and processes. Mounts, links, rules, network settings and processes
 * of the cluster exist in there alone, and the kernel takes all of them away with its first process.
 */
export interface Node {
  /** Of the first process, in this machine's counting. */
  readonly pid: number;
  /** A command as it is run on the node. */
  readonly within: (component: Component) => Component;
}

/** What the kubelet wants of the kernel. It finds it so on the node, and has nothing to change on this machine. */
const KERNEL_SETTINGS = {
  'vm/overcommit_memory': '1',
  'vm/panic_on_oom': '0',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/keys/root_maxbytes': '25000000',
} as const;

export async function startNode(
  place: ClusterPlace,
  network: ClusterNetwork,
  programs: ClusterPrograms,
): Promise<Node> {
  const { process: outer } = await startComponent(place, {
    name: 'node',
    command: 'unshare',
    args: [
      ...['--mount', '--net', '--pid', '--fork', '--mount-proc', '--kill-child', '--propagation', 'private'],
      programs.find('init'),
    ],
    environment: programs.environment,
  });
  let pid = 0;
  await awaitReady('the first process of the node', 10, async () => {
    pid = (await childrenOf(outer.pid))[0] ?? 0;
    if (pid === 0) throw new Error('unshare has started none; its log is beside the others');
  });
  const node = nodeOf(pid);
  furnish(place, node, programs);
  connect(place, network, node, programs);
  return node;
}

/** The node whose first process has this number here. */
export function nodeOf(pid: number): Node {
  return {
    pid,
    within: (component) => ({
      ...component,
      command: 'nsenter',
      args: [`--target=${pid}`, '--mount', '--net', '--pid', '--', component.command, ...component.args],
    }),
  };
}

/** Gives the node its own /run, and what it writes below /var/lib and /var/log a place in the cluster's folder. */
function furnish(place: ClusterPlace, node: Node, programs: ClusterPrograms): void {
  const script = ['set -e', 'mount --make-rshared /', 'mount -t tmpfs tmpfs /run', 'mkdir /run/netns'];
  for (const shared of ['var/lib', 'var/log']) {
    const own = join(place.folder, 'written', shared);
    for (const part of ['upper', 'work']) mkdirSync(join(own, part), { recursive: true });
    script.push(
      `mount -t overlay -o lowerdir=/${shared},upperdir=${own}/upper,workdir=${own}/work overlay /${shared}`,
    );
  }
  const settings = join(place.folder, 'kernel-settings');
  for (const [setting, value] of Object.entries(KERNEL_SETTINGS)) {
    const file = join(settings, setting);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `${value}\n`);
    script.push(`if [ -e /proc/sys/${setting} ]; then mount --bind ${file} /proc/sys/${setting}; fi`);
  }
  onNode(node, programs, script.join('\n'));
}

/** Joins the node to this machine by a pair of links, and makes pods and services reachable from here. */
function connect(place: ClusterPlace, network: ClusterNetwork, node: Node, programs: ClusterPrograms): void {
  const link = place.mark;
  const { hostAddress, nodeAddress, podRange, serviceRange } = network;
  const ip = (...args: readonly string[]) =>
    execFileSync(programs.find('ip'), args, { env: programs.environment });
  ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'machine', 'netns', String(node.pid));
  ip('address', 'add', `${hostAddress}/24`, 'dev', link);
  ip('link', 'set', link, 'up');
  onNode(
    node,
    programs,
    `set -e
    ip link set lo up
    ip address add ${nodeAddress}/24 dev machine
    ip link set machine up
    ip route add default via ${hostAddress}
    echo 1 >/proc/sys/net/ipv4/ip_forward`,
  );
  for (const range of [podRange, serviceRange]) ip('route', 'add', range, 'via', nodeAddress, 'dev', link);
}

function onNode(node: Node, programs: ClusterPrograms, script: string): void {
  const { command, args } = node.within({
    name: 'script',
    command: 'sh',
    args: ['-c', script],
    environment: {},
  });
  execFileSync(command, args, { env: programs.environment, stdio: ['ignore', 'ignore', 'pipe'] });
}
