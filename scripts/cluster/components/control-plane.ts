import { join } from 'node:path';
import type { Component } from '../component.ts';
import { kubeconfigOf } from '../kubeconfig.ts';
import type { Cluster } from './cluster.ts';

/** Where etcd answers, on the node's own loopback. */
const ETCD = 'http://127.0.0.1:2379';

/** etcd that never waits for the disk: what it holds is thrown away. */
export function store({ place, programs }: Cluster): Component {
  return {
    name: 'etcd',
    command: programs.find('etcd'),
    args: [
      ...['--data-dir', join(place.folder, 'etcd'), '--unsafe-no-fsync', '--log-level', 'warn'],
      ...['--listen-client-urls', ETCD, '--advertise-client-urls', ETCD],
      ...['--listen-peer-urls', 'http://127.0.0.1:2380', '--logger', 'zap'],
    ],
    environment: programs.environment,
  };
}

export function apiServer({ place, network, programs }: Cluster): Component {
  const certificate = (file: string) => join(place.certificates, file);
  return {
    name: 'kube-apiserver',
    command: programs.find('kube-apiserver'),
    args: [
      `--etcd-servers=${ETCD}`,
      `--bind-address=${network.nodeAddress}`,
      `--advertise-address=${network.nodeAddress}`,
      '--secure-port=6443',
      `--service-cluster-ip-range=${network.serviceRange}`,
      '--authorization-mode=Node,RBAC',
      '--allow-privileged=true',
      `--client-ca-file=${certificate('ca.crt')}`,
      `--tls-cert-file=${certificate('server.crt')}`,
      `--tls-private-key-file=${certificate('server.key')}`,
      '--kubelet-preferred-address-types=InternalIP',
      `--kubelet-certificate-authority=${certificate('ca.crt')}`,
      `--kubelet-client-certificate=${certificate('apiserver.crt')}`,
      `--kubelet-client-key=${certificate('apiserver.key')}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${certificate('service-accounts.pub')}`,
      `--service-account-signing-key-file=${certificate('service-accounts.key')}`,
    ],
    environment: programs.environment,
  };
}

export function controllerManager({ place, programs }: Cluster): Component {
  const certificate = (file: string) => join(place.certificates, file);
  return {
    name: 'kube-controller-manager',
    command: programs.find('kube-controller-manager'),
    args: [
      `--kubeconfig=${kubeconfigOf(place, 'controller-manager')}`,
      '--bind-address=127.0.0.1',
      '--leader-elect=false',
      '--use-service-account-credentials',
      `--root-ca-file=${certificate('ca.crt')}`,
      `--service-account-private-key-file=${certificate('service-accounts.key')}`,
      `--cluster-signing-cert-file=${certificate('ca.crt')}`,
      `--cluster-signing-key-file=${certificate('ca.key')}`,
    ],
    environment: programs.environment,
  };
}

export function scheduler({ place, programs }: Cluster): Component {
  return {
    name: 'kube-scheduler',
    command: programs.find('kube-scheduler'),
    args: [
      `--kubeconfig=${kubeconfigOf(place, 'scheduler')}`,
      '--bind-address=127.0.0.1',
      '--leader-elect=false',
    ],
    environment: programs.environment,
  };
}
