import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../k8s/api/cluster.ts';
import type { ArmManifests } from '../../../k8s/manifests/given.ts';
import { at } from '../../../k8s/manifests/own/judge-objects.ts';
import { ownManifests } from '../../../k8s/manifests/own/own-manifests.ts';
import { givenOf } from './given.ts';

const server = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: anything
  labels: { team: risk }
spec:
  replicas: 99
  minReadySeconds: 5
  selector: { matchLabels: { app: anything } }
  template:
    metadata:
      labels: { app: anything, tier: model }
      annotations: { sidecar.istio.io/inject: 'true' }
    spec:
      containers:
        - name: model
          image: \${IMAGE}
          ports:
            - { name: http, containerPort: 8000 }
          readinessProbe: { httpGet: { path: /healthz, port: http } }
          env:
            - { name: MODEL_URI, value: "\${MODEL_URI}" }
            - name: PORT
              value: '\${PORT}'
            - name: WAIT
              valueFrom: { configMapKeyRef: { name: tuning, key: wait } }
          envFrom:
            - configMapRef: { name: "\${CONFIG}" }
          command: [sh, -c, 'echo $$\{HOME} $HOME; exec serve']
`;
const tuning = `apiVersion: v1
kind: ConfigMap
metadata: { name: tuning }
data: { wait: 3s } # not of \${ANYTHING}
`;

const files = (texts: Readonly<Record<string, string>>) => ({
  folder: 'k8s',
  files: Object.entries(texts).map(([file, text]) => ({ file: `k8s/${file}`, text })),
});
const own = (texts: Readonly<Record<string, string>>, wish?: Parameters<typeof givenOf>[0]): ArmManifests =>
  ownManifests(givenOf(wish), files({ 'server.yaml': server, 'tuning.yaml': tuning, ...texts }), true);
const kinds = (manifests: readonly Manifest[]): readonly string[] =>
  manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
const containerOf = ({ deployment }: ArmManifests): unknown =>
  (at(deployment, ['spec', 'template', 'spec', 'containers']) as readonly unknown[])[0];

describe('a project’s own manifests', () => {
  it('keep what is in the Deployment, but what tells slots apart', () => {
    const { deployment } = own({}, { slot: 'candidate' });
    expect(deployment).toMatchObject({
      metadata: { name: 'churn-candidate', labels: { team: 'risk', 'longhaul.dev/track': 'candidate' } },
      spec: {
        replicas: 3,
        minReadySeconds: 5,
        selector: { matchLabels: { app: 'churn', 'longhaul.dev/track': 'candidate' } },
        template: {
          metadata: {
            labels: { app: 'churn', tier: 'model', 'longhaul.dev/arm': 'churn-v7-0a1b2c3d' },
            annotations: {
              'sidecar.istio.io/inject': 'true',
              'prometheus.io/path': '/metrics',
              'prometheus.io/port': '8000',
            },
          },
        },
      },
    });
    expect(deployment.metadata.annotations).toHaveProperty('longhaul.dev/arm-spec');
    expect(Object.keys(at(deployment, ['spec', 'selector', 'matchLabels']) as object)).toHaveLength(2);
  });

  it('have their variables filled in, as texts, and other dollars left alone', () => {
    expect(containerOf(own({}))).toMatchObject({
      image: 'registry.example/churn:0123456789ab',
      env: [
        { name: 'MODEL_URI', value: 'models:/churn/7' },
        { name: 'PORT', value: '8000' },
        { name: 'WAIT', valueFrom: {} },
      ],
      command: ['sh', '-c', 'echo ${HOME} $HOME; exec serve'],
    });
  });

  it('have a number where PORT stands alone, without quotes', () => {
    const text = server.replace(
      '- { name: http, containerPort: 8000 }',
      '- name: http\n              containerPort: ${PORT}',
    );
    expect(containerOf(own({ 'server.yaml': text }))).toMatchObject({ ports: [{ containerPort: 8000 }] });
  });

  it('have config named by its content, and the Deployment refers to it', () => {
    const before = own({});
    const after = own({ 'tuning.yaml': tuning.replace('3s', '4s') });
    const [config, tuned] = before.configs;
    expect(config?.metadata.name).toMatch(/^churn-config-/);
    expect(tuned).toMatchObject({ immutable: true, data: { wait: '3s' } });
    expect(tuned?.metadata.name).toMatch(/^tuning-[0-9a-f]{10}$/);
    expect(containerOf(before)).toMatchObject({
      env: [{}, {}, { valueFrom: { configMapKeyRef: { name: tuned?.metadata.name, key: 'wait' } } }],
      envFrom: [{ configMapRef: { name: config?.metadata.name } }],
    });
    expect(after.configs[1]?.metadata.name).not.toBe(tuned?.metadata.name);
  });

  const around = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: scale }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: anything }
  minReplicas: 5
  maxReplicas: 40
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: keep }
spec: { minAvailable: 2, selector: { matchLabels: { tier: model } } }
---
`;

  it('have an autoscaler and a disruption budget for each slot, as the Deployment is', () => {
    const { deployment, around: standing } = own(
      { 'around.yaml': around },
      { slot: 'candidate', arm: { replicas: 1 } },
    );
    expect(at(deployment, ['spec'])).not.toHaveProperty('replicas');
    expect(standing).toMatchObject([
      {
        metadata: { name: 'churn-candidate' },
        spec: { scaleTargetRef: { name: 'churn-candidate' }, minReplicas: 1, maxReplicas: 40 },
      },
      {
        metadata: { name: 'churn-candidate' },
        spec: { minAvailable: 2, selector: { matchLabels: { 'longhaul.dev/track': 'candidate' } } },
      },
    ]);
  });

  it('bring everything else with the stable arm, and Longhaul’s Service but where there is one', () => {
    const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: only-mesh, namespace: "\${NAMESPACE}" }
spec: { podSelector: {} }
---
apiVersion: v1
kind: Service
metadata: { name: "\${SERVICE}", annotations: { cloud: internal } }
spec: { selector: { app: anything }, ports: [{ name: http, port: 8080, targetPort: http }] }
`;
    const stable = own({ 'policy.yaml': policy });
    expect(kinds(stable.shared)).toEqual([
      'Service churn',
      'Service churn-metrics',
      'ServiceMonitor churn-metrics',
      'NetworkPolicy only-mesh',
    ]);
    expect(stable.shared[0]).toMatchObject({
      metadata: { annotations: { cloud: 'internal' } },
      spec: { selector: { app: 'churn' }, ports: [{ port: 8080 }] },
    });
    expect(stable.shared.every(({ metadata }) => metadata.namespace === undefined)).toBe(true);
    expect(kinds(own({ 'policy.yaml': policy }, { slot: 'candidate' }).shared)).not.toContain(
      'NetworkPolicy only-mesh',
    );
    expect(kinds(own({}).shared)[0]).toBe('Service churn');
  });

  it('are the same for the same, and know no other slot', () => {
    fc.assert(
      fc.property(fc.constantFrom('stable', 'candidate', 'blue', 'green'), (slot) => {
        const texts = { 'around.yaml': around };
        expect(JSON.stringify(own(texts, { slot }))).toBe(JSON.stringify(own(texts, { slot })));
        expect(at(own(texts, { slot }).deployment, ['spec', 'template', 'metadata', 'labels'])).toMatchObject(
          at(own(texts, { slot }).deployment, ['spec', 'selector', 'matchLabels']) as object,
        );
      }),
    );
  });
});

describe('what is wrong with own manifests is told with its file, line and mend', () => {
  const cases: Readonly<Record<string, readonly [texts: Record<string, string>, told: RegExp]>> = {
    'an unknown variable': [
      { 'server.yaml': server.replace('${IMAGE}', '${IMAG}') },
      /k8s\/server\.yaml:17:\d+ +`\$\{IMAG\}` has no value; did you mean `\$\{IMAGE\}`\?/,
    ],
    'a variable of a shell': [
      { 'server.yaml': server.replace('exec serve', 'exec serve ${WORKERS:-2}') },
      /k8s\/server\.yaml:29:\d+ +`\$\{WORKERS:-2\}` has no value; .*for a `\$` of your own write `\$\$`/,
    ],
    'two Deployments': [
      { 'second.yaml': server.replace('name: anything', 'name: second') },
      /k8s\/second\.yaml:1:1 +Deployment second +is a second Deployment/,
    ],
    none: [{ 'server.yaml': '# nothing\n' }, /k8s:1:1 +has no Deployment in its files/],
    'another namespace': [
      { 'tuning.yaml': `---\n${tuning.replace('name: tuning', 'name: tuning, namespace: other')}` },
      /k8s\/tuning\.yaml:2:1 +ConfigMap tuning +is for the namespace other, and production is in models/,
    ],
    'an object of the whole cluster': [
      {
        'role.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: all }\n',
      },
      /k8s\/role\.yaml:1:1 +ClusterRole all +belongs to the whole cluster/,
    ],
    'a Secret with its value': [
      { 'secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: { name: t }\nstringData: { a: b }\n' },
      /k8s\/secret\.yaml:1:1 +Secret t +has values in the repository; .*refer to it by name/,
    ],
    'a route': [
      {
        'route.yaml': 'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: churn }\n',
      },
      /k8s\/route\.yaml:1:1 +VirtualService churn +is a route, .*`traffic` of the environment/,
    ],
    'no port that serves': [
      { 'server.yaml': server.replace('name: http', 'name: web') },
      /k8s\/server\.yaml:1:1 +Deployment anything +has no container port named `http`/,
    ],
    'the same twice': [{ 'again.yaml': tuning }, /k8s\/again\.yaml:1:1 +ConfigMap tuning +is there twice/],
    'no object at all': [
      { 'values.yaml': '\nreplicas: 3\n' },
      /k8s\/values\.yaml:2:1 +is no object of Kubernetes/,
    ],
    'a variable without quotes within braces': [
      { 'server.yaml': server.replace('value: "${MODEL_URI}"', 'value: ${MODEL_URI}') },
      /k8s\/server\.yaml:22:\d+ +is not YAML: .*write a variable in quotes/,
    ],
  };
  it.each(Object.entries(cases))('%s', (_, [texts, told]) => {
    expect(() => own(texts)).toThrow(told);
  });

  it('all of it at once', () => {
    const texts = {
      'server.yaml': server.replace('${IMAGE}', '${IMAG}').replace('name: http', 'name: web'),
      'role.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: all }\n',
    };
    expect(() => own(texts)).toThrow(/IMAG[^]*Namespace all[^]*named `http`/);
  });

  it('a server that nobody waits for, and one that leaves a gap', () => {
    const blind = server.replace(/ {10}readinessProbe: .*\n/, '');
    expect(() => own({ 'server.yaml': blind })).toThrow(
      /has no readinessProbe.*give the container of the port one/,
    );
    const gap = server.replace('minReadySeconds: 5', 'strategy: { type: Recreate }');
    expect(() => own({ 'server.yaml': gap })).toThrow(/has the strategy Recreate.*RollingUpdate/);
  });

  it('a track, which a colour is not', () => {
    const texts = { 'server.yaml': server.replace('tier: model', 'tier: "${TRACK}"') };
    expect(() => own(texts, { slot: 'blue' })).toThrow(/`\$\{TRACK\}` has no value/);
    expect(() => own(texts, { slot: 'candidate' })).not.toThrow();
  });
});
