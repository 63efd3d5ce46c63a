import type { Cluster, Labels, Manifest } from '../../../k8s/api/cluster.ts';
import { podSelector } from '../../../k8s/names.ts';
import { testCluster } from './cluster.ts';

/** Answers every request with the name of its arm. */
const program = `
import os, http.server
class Arm(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True
    def do_GET(self):
        name = os.environ['ARM'].encode()
        self.send_response(200)
        self.send_header('content-length', str(len(name)))
        self.end_headers()
        self.wfile.write(name)
    def log_message(self, *_):
        pass
class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 512
Server(('0.0.0.0', 8000), Arm).serve_forever()
`;

/** A Deployment of small servers that name their arm; `labels` tell their slot, `marks` are on the Deployment alone. */
export const armServers = (
  service: string,
  given: {
    readonly name: string;
    readonly labels: Labels;
    readonly marks?: Labels;
    readonly replicas: number;
  },
): Manifest => {
  const labels = { ...podSelector(service), ...given.labels };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: given.name, labels: { ...labels, ...given.marks } },
    spec: {
      replicas: given.replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          dnsPolicy: 'Default',
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 5,
          containers: [
            {
              name: 'server',
              image: testCluster().flightsImage,
              imagePullPolicy: 'IfNotPresent',
              command: ['python', '-c', program],
              env: [{ name: 'ARM', value: given.name }],
              ports: [{ name: 'http', containerPort: 8000 }],
              readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  };
};

export const plainService = (name: string, selector: Labels): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
});

/** Resolves once all replicas of the Deployments are ready. */
export async function awaitServers(cluster: Cluster, names: readonly string[]): Promise<void> {
  for (const name of names) {
    for (;;) {
      const found = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', name });
      const { replicas } = found?.['spec'] as { readonly replicas: number };
      const { readyReplicas } = found?.['status'] as { readonly readyReplicas?: number };
      if (readyReplicas === replicas) break;
      await cluster.changed([{ apiVersion: 'apps/v1', kind: 'Deployment' }], {}, 1000);
    }
  }
}
