import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { armId } from '../../../config/arm-id.ts';
import { createDirectoryStore } from '../../../activities/store/directory-store.ts';
import { kubernetesEnvironment, type KubernetesEnvironment } from '../../../config/cluster-config.ts';
import type { LaneRef } from '../../../core/ids.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';
import type { ArmSpec } from '../../../core/serving.ts';
import type { Cluster, Manifest } from '../../../k8s/api/cluster.ts';
import type { ClusterTarget } from '../../../k8s/target/cluster-target.ts';
import { createKubernetesTarget } from '../../../k8s/target/index.ts';
import type { TargetParts } from '../../../k8s/target/parts.ts';
import { targetParts, type GivenEnvironment } from '../../../k8s/target/target-parts.ts';
import { testCluster } from './cluster.ts';

/** A server that answers at once, with the version in its header and its config as its body. */
const program = `
import os, http.server
class Model(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True
    def do_GET(self):
        said = os.environ.get('SAID', '').encode()
        self.send_response(200)
        self.send_header('x-model-version', os.environ['MODEL_VERSION'])
        self.send_header('content-length', str(len(said)))
        self.end_headers()
        self.wfile.write(said)
    def log_message(self, *_):
        pass
class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 512
Server(('0.0.0.0', int(os.environ['PORT'])), Model).serve_forever()
`;

export const targetLane: LaneRef = { model: 'small', environment: 'production' };

type Changes = Partial<Pick<ArmSpec, 'strategy' | 'deployment' | 'replicas'>>;

/** Version `version` of a small model, released as `release/small/<version>-1`. */
export function smallArm(version: string, changes: Changes = {}): ArmSpec {
  const arm: Omit<ArmSpec, 'id'> = {
    release: `release/small/${version}-1`,
    project: 'acme/small',
    commit: version.padStart(40, '0'),
    model: targetLane.model,
    version,
    runId: `run-${version}`,
    source: `models:/small/${version}`,
    serve: {
      run: `exec python -c "$PROGRAM"`,
      requirements: [],
      env: { PROGRAM: program, SAID: `words of ${version}` },
      secrets: [],
      healthPath: '/health',
      metricsPath: '/metrics',
      versionHeader: 'x-model-version',
      startTimeoutMs: 60_000,
      container: { image: testCluster().flightsImage, startedBy: 'run', port: 8000, fetchModel: null },
    },
    overlay: {},
    deployment: { resources: {}, maxUnavailable: 1, preStopSeconds: 3 },
    replicas: 1,
    ...changes,
  };
  return { ...arm, id: armId(arm) };
}

export const storeOfTests = (): ArtifactStore => {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-target-'));
  return createDirectoryStore({ artifacts: join(folder, 'artifacts'), documents: join(folder, 'documents') });
};

/** An environment of a namespace behind Istio's gateway; `virtualService`: one that is there. */
function istioEnvironment(
  cluster: Cluster,
  store: ArtifactStore,
  given: {
    readonly virtualService?: string;
    readonly service?: string;
    readonly checkouts?: GivenEnvironment['checkouts'];
  } = {},
): GivenEnvironment {
  const { virtualService, service, checkouts = noFiles } = given;
  const { gateway, gatewayName } = testCluster();
  const { namespace } = cluster;
  const host = `${namespace}.test`;
  return {
    ...{ cluster, store, trackingUri: 'http://127.0.0.1:1' },
    environment: kubernetesEnvironment.parse({
      ...{ target: 'kubernetes', namespace, baseUrl: gateway, prometheus: 'http://127.0.0.1:1' },
      ...{ headers: { host }, service },
      traffic: { kind: 'istio', gateways: [gatewayName], hosts: [host], virtualService },
    }),
    checkouts,
  };
}

/** An environment of a namespace that is split by other means. */
export const targetWith = (
  cluster: Cluster,
  store: ArtifactStore,
  given: { readonly traffic: KubernetesEnvironment['traffic']; readonly baseUrl: string },
): ClusterTarget =>
  createKubernetesTarget({
    ...{ cluster, store, trackingUri: 'http://127.0.0.1:1', checkouts: noFiles },
    environment: kubernetesEnvironment.parse({
      ...{ target: 'kubernetes', namespace: cluster.namespace, prometheus: 'http://127.0.0.1:1', ...given },
      headers: { host: `${cluster.namespace}.test` },
    }),
  });

const noFiles: GivenEnvironment['checkouts'] = {
  list: () => Promise.resolve({}),
  read: () => Promise.resolve(null),
};

export const istioTarget = (...given: Parameters<typeof istioEnvironment>): ClusterTarget =>
  createKubernetesTarget(istioEnvironment(...given));

export const istioParts = (...given: Parameters<typeof istioEnvironment>): TargetParts =>
  targetParts(istioEnvironment(...given));

/** A Deployment and a Service that a person made without Longhaul. */
export function serverOfOthers(): readonly Manifest[] {
  const labels = { theirs: 'yes' };
  const env = { PROGRAM: program, SAID: 'words of theirs', MODEL_VERSION: '1', PORT: '8000' };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'small' },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        strategy: { rollingUpdate: { maxUnavailable: 0 } },
        template: {
          metadata: { labels },
          spec: {
            dnsPolicy: 'Default',
            containers: [
              {
                name: 'web',
                image: testCluster().flightsImage,
                command: ['/bin/sh', '-c', 'exec python -c "$PROGRAM"'],
                env: Object.entries(env).map(([name, value]) => ({ name, value })),
                ports: [{ name: 'http', containerPort: 8000 }],
                readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
                lifecycle: { preStop: { sleep: { seconds: 3 } } },
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'small' },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
  ];
}

/** A route of the namespace's host to the Service, for what changes the Service and no route. */
export const routeToService = ({ namespace }: Cluster): Manifest => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'users-own' },
  spec: {
    gateways: [testCluster().gatewayName],
    hosts: [`${namespace}.test`],
    http: [{ route: [{ destination: { host: `small.${namespace}.svc.cluster.local` } }] }],
  },
});
