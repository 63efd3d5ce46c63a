import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENTS } from './certificates.ts';
import type { Client } from './certificates.ts';
import type { ClusterNetwork } from './network.ts';
import type { ClusterPlace } from './place.ts';

/** The file with which a client speaks to the API server. */
export const kubeconfigOf = (place: ClusterPlace, client: Client): string =>
  client === 'admin' ? place.kubeconfig : join(place.certificates, `${client}.kubeconfig`);

/** Writes a whole kubeconfig for each client, with its certificates inside, so that it may be copied elsewhere. */
export function writeKubeconfigs(place: ClusterPlace, network: ClusterNetwork): void {
  const encoded = (file: string) => readFileSync(join(place.certificates, file)).toString('base64');
  const { name } = place;
  for (const client of Object.keys(CLIENTS) as Client[]) {
    const cluster = {
      server: `https://${network.nodeAddress}:6443`,
      'certificate-authority-data': encoded('ca.crt'),
    };
    const user = {
      'client-certificate-data': encoded(`${client}.crt`),
      'client-key-data': encoded(`${client}.key`),
    };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster }],
      users: [{ name: client, user }],
      contexts: [{ name, context: { cluster: name, user: client } }],
      'current-context': name,
    };
    writeFileSync(kubeconfigOf(place, client), JSON.stringify(config, null, 2), { mode: 0o600 });
  }
}
