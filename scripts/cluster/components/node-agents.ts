import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Component } from '../component.ts';
import { kubeconfigOf } from '../kubeconfig.ts';
import { NODE_NAME } from '../place.ts';
import type { Cluster } from './cluster.ts';

/**
 * The kubelet. `oomScoreAdj` 0: a lower one needs CAP_SYS_RESOURCE. `failCgroupV1` false: machines with the older
 * cgroups serve as well.
 */
export function kubelet({ place, network, programs }: Cluster): Component {
  const root = join(place.folder, 'kubelet');
  const certificate = (file: string) => join(place.certificates, file);
  const file = writeConfiguration(root, {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: network.nodeAddress,
    port: 10250,
    healthzBindAddress: '127.0.0.1',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: certificate('ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: certificate('kubelet-server.crt'),
    tlsPrivateKeyFile: certificate('kubelet-server.key'),
    containerRuntimeEndpoint: `unix://${place.containerdSocket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${place.mark}`,
    failCgroupV1: false,
    failSwapOn: false,
    oomScoreAdj: 0,
    resolvConf: '',
    podLogsDir: join(place.folder, 'pod-logs'),
    nodeStatusUpdateFrequency: '5s',
    shutdownGracePeriod: '0s',
    imageGCHighThresholdPercent: 100,
    evictionHard: {
      'memory.available': '200Mi',
      'nodefs.available': '1%',
      'imagefs.available': '1%',
      'nodefs.inodesFree': '0%',
      'imagefs.inodesFree': '0%',
    },
  });
  return {
    name: 'kubelet',
    command: programs.find('kubelet'),
    args: [
      `--kubeconfig=${kubeconfigOf(place, 'kubelet')}`,
      `--config=${file}`,
      `--root-dir=${root}`,
      `--hostname-override=${NODE_NAME}`,
      `--node-ip=${network.nodeAddress}`,
    ],
    environment: programs.environment,
  };
}

/** kube-proxy, which leaves the kernel's table of connections as it is. */
export function serviceProxy({ place, network, programs }: Cluster): Component {
  const file = writeConfiguration(join(place.folder, 'kube-proxy'), {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    oomScoreAdj: 0,
    hostnameOverride: NODE_NAME,
    clientConnection: { kubeconfig: kubeconfigOf(place, 'proxy') },
    clusterCIDR: network.podRange,
    bindAddress: network.nodeAddress,
    healthzBindAddress: '127.0.0.1:10256',
    metricsBindAddress: '127.0.0.1:10249',
    nodePortAddresses: [`${network.nodeAddress}/32`],
    iptables: { localhostNodePorts: false },
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  });
  return {
    name: 'kube-proxy',
    command: programs.find('kube-proxy'),
    args: [`--config=${file}`],
    environment: programs.environment,
  };
}

function writeConfiguration(folder: string, configuration: object): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'configuration.yaml');
  writeFileSync(file, JSON.stringify(configuration, null, 2));
  return file;
}
