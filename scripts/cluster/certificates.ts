import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterNetwork } from './network.ts';
import { NODE_NAME } from './place.ts';
import type { ClusterPlace } from './place.ts';

/** Who speaks to the API server, and as whom. */
export const CLIENTS = {
  admin: '/O=system:masters/CN=admin',
  'controller-manager': '/CN=system:kube-controller-manager',
  scheduler: '/CN=system:kube-scheduler',
  kubelet: `/O=system:nodes/CN=system:node:${NODE_NAME}`,
  proxy: '/CN=system:kube-proxy',
  apiserver: '/O=system:masters/CN=kube-apiserver',
} as const;

export type Client = keyof typeof CLIENTS;

/** Makes an authority for this cluster alone, valid for a month, and all certificates by openssl. */
export function issueCertificates(place: ClusterPlace, network: ClusterNetwork): void {
  const folder = place.certificates;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const openssl = (...args: readonly string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const issue = (name: string, subject: string, ...extensions: readonly string[]) => {
    writeFileSync(join(folder, `${name}.ext`), extensions.join('\n'));
    openssl('req', ...newKey(name), '-subj', subject, '-out', `${name}.csr`);
    const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
    const request = ['-in', `${name}.csr`, '-extfile', `${name}.ext`, '-days', '30'];
    openssl('x509', '-req', ...request, ...authority, '-out', `${name}.crt`);
  };

  openssl('req', '-x509', ...newKey('ca'), '-subj', `/CN=${place.name}`, '-days', '30', '-out', 'ca.crt');
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost'];
  const addresses = ['127.0.0.1', network.nodeAddress, network.apiServiceAddress];
  issue('server', '/CN=kube-apiserver', 'extendedKeyUsage=serverAuth', alternatives(names, addresses));
  issue(
    'kubelet-server',
    `/CN=${NODE_NAME}`,
    'extendedKeyUsage=serverAuth',
    alternatives([NODE_NAME], [network.nodeAddress]),
  );
  for (const [client, subject] of Object.entries(CLIENTS))
    issue(client, subject, 'extendedKeyUsage=clientAuth');
  openssl('genrsa', '-out', 'service-accounts.key', '2048');
  openssl('rsa', '-in', 'service-accounts.key', '-pubout', '-out', 'service-accounts.pub');
}

const newKey = (name: string): readonly string[] => [
  ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`],
];

const alternatives = (names: readonly string[], addresses: readonly string[]): string =>
  `subjectAltName=${[...names.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)].join(',')}`;
