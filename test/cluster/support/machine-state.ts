import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findClusterPrograms } from '../../../scripts/cluster/programs.ts';

/** What a cluster could leave behind on this machine, each as sorted lines. */
export type MachineState = Readonly<
  Record<
    'mounts' | 'links' | 'routes' | 'rules' | 'namespaces' | 'settings' | 'cgroups' | 'folders' | 'processes',
    readonly string[]
  >
>;

/** Settings of the kernel that Kubernetes, containerd or a bridge change where they run unconfined. */
const SETTINGS =
  /^(vm\/|kernel\/(panic|keys)|net\/(ipv4\/(ip_forward|conf\/(all|default))|bridge|netfilter))/;

/** Settings that the kernel counts up by itself. */
const COUNTED = /nf_conntrack_(count|buckets)|drop_caches|stat_refresh|nr_pdflush/;

/** Reads the machine as it is. @param cluster the name of the cluster whose processes are looked for */
export function readMachineState(cluster: string): MachineState {
  const { find, environment } = findClusterPrograms();
  const told = (program: string, ...args: readonly string[]) =>
    lines(execFileSync(find(program), args, { encoding: 'utf8', env: environment }));
  return {
    mounts: lines(readFileSync('/proc/self/mounts', 'utf8')),
    links: told('ip', '-brief', 'link').map((line) => line.split(/\s+/)[0] ?? ''),
    routes: told('ip', 'route', 'show', 'table', 'all'),
    rules: ['iptables-save', 'ip6tables-save'].flatMap((program) =>
      told(program).filter((line) => !line.startsWith('#') && !line.startsWith(':')),
    ),
    namespaces: existsSync('/run/netns') ? readdirSync('/run/netns').sort() : [],
    settings: settingsBelow('/proc/sys'),
    cgroups: cgroups(),
    folders: [
      '/var/lib/cni',
      '/var/lib/kubelet',
      '/var/log/pods',
      '/var/log/containers',
      '/run/containerd',
    ].filter((folder) => existsSync(folder)),
    processes: processesOf(cluster),
  };
}

const lines = (text: string): readonly string[] => text.split('\n').filter(Boolean).sort();

function settingsBelow(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => SETTINGS.test(name) && !COUNTED.test(name))
    .flatMap((name) => {
      try {
        return [`${name} = ${readFileSync(join(root, name), 'utf8').trim()}`];
      } catch {
        return [];
      }
    })
    .sort();
}

/** The outermost cgroups; inner ones come and go with the pods of other clusters. */
function cgroups(): readonly string[] {
  const root = '/sys/fs/cgroup';
  const hierarchies = existsSync(join(root, 'cgroup.controllers')) ? [root] : foldersIn(root);
  return hierarchies.flatMap(foldersIn).sort();
}

const foldersIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));

function processesOf(cluster: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((command) => command.includes(`longhaul-cluster/${cluster}/`))
    .sort();
}
