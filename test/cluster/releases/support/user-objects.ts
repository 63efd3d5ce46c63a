import { KubernetesObjectApi } from '@kubernetes/client-node';
import { kubeConfigOf, testCluster } from '../../support/cluster.ts';
import { hostOf, tokenSecret } from './server-file.ts';

async function create(object: object): Promise<void> {
  await KubernetesObjectApi.makeApiClient(kubeConfigOf(testCluster())).create({ ...object });
}

/** A route of users through the gateway to a Service, whatever that selects. */
export const routeTo = (namespace: string, service: string): Promise<void> =>
  create({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'users', namespace },
    spec: {
      hosts: [hostOf(namespace)],
      gateways: [testCluster().gatewayName],
      http: [{ route: [{ destination: { host: service } }] }],
    },
  });

/** On the node's own network, where images are pulled without TLS: it has none. @returns its host and port */
export async function emptyImageRegistry(namespace: string): Promise<string> {
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const program = [
    'from http.server import *',
    'class Empty(BaseHTTPRequestHandler):',
    '  def do_GET(self): self.send_response(404); self.send_header("Content-Length", "0"); self.end_headers()',
    '  do_HEAD = do_GET',
    `ThreadingHTTPServer(("127.0.0.1", ${port}), Empty).serve_forever()`,
  ];
  await create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'registry', namespace },
    spec: {
      ...{ hostNetwork: true, dnsPolicy: 'Default', terminationGracePeriodSeconds: 0 },
      containers: [
        {
          ...{ name: 'registry', image: testCluster().flightsImage, imagePullPolicy: 'IfNotPresent' },
          command: ['python', '-c', program.join('\n')],
        },
      ],
    },
  });
  return `localhost:${port}`;
}

/** The Secret that the server's API_TOKEN is taken from. */
export const makeSecret = (namespace: string, token: string): Promise<void> =>
  create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: tokenSecret.secret, namespace },
    stringData: { [tokenSecret.key]: token },
  });
