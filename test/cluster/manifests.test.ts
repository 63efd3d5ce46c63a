/** What the builders of manifests say, as the real API server and kubelet take it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCluster } from '../../k8s/api/create-cluster.ts';
import type { Cluster, Manifest } from '../../k8s/api/cluster.ts';
import { createManifests } from '../../k8s/manifests/index.ts';
import { at } from '../../k8s/manifests/own/judge-objects.ts';
import type { ArmManifests } from '../../k8s/manifests/given.ts';
import type { Slot } from '../../k8s/names.ts';
import { givenOf } from '../k8s/manifests/given.ts';
import { testCluster } from './support/cluster.ts';
import { makeNamespace } from './support/namespace.ts';
import type { TestNamespace } from './support/namespace.ts';

const { kubeconfig, context, flightsImage } = testCluster();
let namespace: TestNamespace;
let cluster: Cluster;

beforeAll(async () => {
  namespace = await makeNamespace('manifests');
  cluster = createCluster({ kubeconfig, context, namespace: namespace.name });
});
afterAll(async () => {
  await namespace.remove();
});

type Wish = Parameters<typeof givenOf>[0];

const manifestsFor = (wish: Wish, files: Readonly<Record<string, string>> = {}): Promise<ArmManifests> => {
  const { lane, slot, arm, environment } = givenOf(wish);
  return createManifests({
    environment: { ...environment, namespace: namespace.name },
    trackingUri: 'http://mlflow.ml:5000',
    cluster,
    checkouts: {
      list: () => Promise.resolve(Object.fromEntries(Object.keys(files).map((file) => [file, '100644 id']))),
      read: (_, path) => Promise.resolve(files[path] ?? null),
    },
  })(lane, slot, arm);
};

const everything: Wish = {
  serve: { secrets: ['API_TOKEN'] },
  deployment: {
    resources: { cpu: '1.5', memory: '16Gi', gpu: 1 },
    autoscaling: { min: 3, max: 12, cpu: 70 },
    maxUnavailable: '25%',
  },
  environment: {
    imagePullSecrets: ['registry'],
    serviceAccount: 'default',
    nodeSelector: { pool: 'gpu' },
    tolerations: [{ key: 'nvidia.com/gpu' }, { key: 'pool', value: 'gpu', effect: 'NoSchedule' }],
    runAsNonRoot: true,
    monitorLabels: { release: 'prometheus' },
    secrets: { API_TOKEN: { secret: 'churn', key: 'token' } },
  },
};

const inOrder = ({ configs, shared, deployment, around }: ArmManifests): readonly Manifest[] => [
  ...configs,
  ...shared,
  deployment,
  ...around,
];

describe('the API server', () => {
  const slots: readonly Slot[] = ['stable', 'candidate', 'blue', 'green'];

  it.each(slots)(
    'takes all objects of an arm in the slot %s, with every setting and with none',
    async (slot) => {
      for (const wish of [everything, {}]) {
        const manifests = inOrder(await manifestsFor({ ...wish, slot }));
        expect(manifests.map(({ kind }) => kind)).toContain('ServiceMonitor');
        for (const manifest of manifests) {
          const made = await cluster.apply(manifest, { dryRun: true });
          expect(made, `${manifest.kind} ${manifest.metadata.name}`).toMatchObject(
            withoutQuantities(manifest),
          );
        }
      }
    },
  );

  it('takes a project’s own', async () => {
    const files = {
      'k8s/server.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: server }
spec:
  selector: { matchLabels: { app: server } }
  template:
    metadata: { labels: { app: server } }
    spec:
      containers:
        - name: server
          image: \${IMAGE}
          ports:
            - name: http
              containerPort: \${PORT}
          readinessProbe: { httpGet: { path: /, port: http } }
          envFrom: [{ configMapRef: { name: tuning } }, { configMapRef: { name: "\${CONFIG}" } }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: tuning }
data: { version: "\${VERSION}" }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: server }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: server }, maxReplicas: 4 }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: "\${SERVICE}" }
spec: { podSelector: { matchLabels: { app: "\${SERVICE}" } } }
`,
    };
    const manifests = inOrder(await manifestsFor({ deployment: { manifests: 'k8s' } }, files));
    expect(manifests).toHaveLength(8);
    for (const manifest of manifests) await cluster.apply(manifest, { dryRun: true });
  });
});

describe('a pod of these manifests', () => {
  it('gets the model, its config and its texts as they are, and is ready', async () => {
    const told =
      'import http.server as h, json, os\n' +
      'class T(h.BaseHTTPRequestHandler):\n' +
      ' def do_GET(self):\n' +
      '  b = json.dumps({"env": dict(os.environ), "model": open(os.environ["MODEL_PATH"] + "/weights").read(), "arg": "$(PORT)$$(x)"}).encode()\n' +
      '  self.send_response(200); self.end_headers(); self.wfile.write(b)\n' +
      'h.HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), T).serve_forever()\n';
    const manifests = await manifestsFor({
      arm: { replicas: 1, overlay: { LONGHAUL_CONFIG_TEXT: 'a $(PORT) b' } },
      serve: {
        run: `exec python -c '${told}'`,
        container: {
          image: flightsImage,
          startedBy: 'run',
          port: 8000,
          fetchModel: 'echo "$MODEL_URI" > "$MODEL_PATH/weights"',
        },
      },
    });
    for (const manifest of inOrder(manifests)) await cluster.apply(manifest);
    await untilReady(manifests.deployment);
    const [pod] = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { app: 'churn' });
    const answer = await fetch(`http://${String(at(pod?.['status'], ['podIP']))}:8000/healthz`);
    expect(await answer.json()).toMatchObject({
      model: 'models:/churn/7\n',
      arg: '$(PORT)$$(x)',
      env: {
        PORT: '8000',
        MODEL_VERSION: '7',
        MLFLOW_TRACKING_URI: 'http://mlflow.ml:5000',
        LONGHAUL_CONFIG_TEXT: 'a $(PORT) b',
        PYTHONPATH: 'src',
      },
    });
  });
});

describe('a namespace with the `restricted` Pod Security Standard', () => {
  beforeAll(async () => {
    await cluster.patch({ apiVersion: 'v1', kind: 'Namespace', name: namespace.name }, [
      { op: 'add', path: '/metadata/labels/pod-security.kubernetes.io~1enforce', value: 'restricted' },
    ]);
  });

  it.each([true, false])('takes pods where runAsNonRoot is asked for, and no others: %s', async (asked) => {
    const { deployment } = await manifestsFor({ environment: { runAsNonRoot: asked } });
    const template = at(deployment, ['spec', 'template']) as object;
    const pod = { apiVersion: 'v1', kind: 'Pod', ...template, metadata: { name: 'alone' } };
    const taken = cluster.apply(pod, { dryRun: true });
    if (asked) await expect(taken).resolves.toMatchObject({ kind: 'Pod' });
    else await expect(taken).rejects.toThrow(/runAsNonRoot/);
  });
});

/** The API server writes quantities its own way: `1.5` as `1500m`. */
const withoutQuantities = (manifest: Manifest): object =>
  JSON.parse(
    JSON.stringify(manifest, (key, value: unknown) => (key === 'resources' ? undefined : value)),
  ) as object;

async function untilReady({ metadata: { name, labels = {} } }: Manifest): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', name });
    if (at(found?.['status'], ['readyReplicas']) === 1) return;
    expect(Date.now(), 'ready within a minute').toBeLessThan(deadline);
    await cluster.changed(
      [{ apiVersion: 'apps/v1', kind: 'Deployment' }],
      { app: labels['app'] ?? '' },
      1_000,
    );
  }
}
