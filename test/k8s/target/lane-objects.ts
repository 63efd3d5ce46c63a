import type { LaneRef } from '../../../core/ids.ts';
import type { ArmSpec } from '../../../core/serving.ts';
import type { Manifest } from '../../../k8s/api/cluster.ts';
import { keys, laneLabels, namesOf, slotSelector, type Slot } from '../../../k8s/names.ts';
import type { Track } from '../../../core/serving.ts';

export const lane: LaneRef = { model: 'flights', environment: 'production' };
export const service = 'flights';

export const armOf = (version: string, changes: Partial<ArmSpec> = {}): ArmSpec => ({
  id: `flights-v${version}`,
  release: `release/flights/${version}-1`,
  project: 'acme/flights',
  commit: 'c0ffee'.padEnd(40, '0'),
  model: lane.model,
  version,
  runId: 'r',
  source: `models:/flights/${version}`,
  serve: {
    run: 'serve',
    requirements: [],
    env: {},
    secrets: [],
    healthPath: '/health',
    metricsPath: '/metrics',
    versionHeader: 'x-model-version',
    startTimeoutMs: 60_000,
    container: { image: 'flights:1', startedBy: 'run', port: 8000, fetchModel: null },
  },
  overlay: {},
  replicas: 2,
  ...changes,
});

/** A Deployment as the API answers it; `ready` of `replicas` are, all of the newest template unless `old`. */
export function deploymentOf(
  slot: Slot,
  version: string,
  given: {
    readonly replicas?: number;
    readonly ready?: number;
    readonly old?: number;
    readonly track?: Track;
    readonly config?: string;
  } = {},
): Manifest {
  const { replicas = 2, ready = replicas, old = 0, track, config } = given;
  const arm = armOf(version);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: namesOf(service).deployment(slot),
      namespace: 'ml',
      uid: `uid-${slot}`,
      resourceVersion: '7',
      generation: 3,
      labels: { ...laneLabels(lane), ...(track === undefined ? {} : { [keys.track]: track }) },
      annotations: { [keys.spec]: JSON.stringify(arm), 'deployment.kubernetes.io/revision': '3' },
    },
    spec: {
      replicas,
      selector: { matchLabels: slotSelector(service, slot) },
      template: {
        metadata: { labels: slotSelector(service, slot) },
        spec: {
          containers: [
            {
              name: 'server',
              image: `flights:${version}`,
              ...(config === undefined ? {} : { envFrom: [{ configMapRef: { name: config } }] }),
            },
          ],
        },
      },
    },
    status: {
      observedGeneration: 3,
      replicas: replicas + old,
      updatedReplicas: replicas,
      readyReplicas: ready,
      availableReplicas: ready,
    },
  };
}

export const configOf = (name: string, data: Readonly<Record<string, string>> = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: laneLabels(lane), resourceVersion: '1', uid: `uid-${name}` },
  immutable: true,
  data,
});

export const autoscalerOf = (deployment: string, min = 2): Manifest => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: deployment, labels: laneLabels(lane) },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deployment },
    minReplicas: min,
    maxReplicas: 9,
  },
  status: { currentReplicas: 2 },
});

export const serviceObject = (selector: Readonly<Record<string, string>> = { app: service }): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: service, labels: laneLabels(lane) },
  spec: { clusterIP: '10.0.0.9', clusterIPs: ['10.0.0.9'], selector, ports: [{ port: 80 }] },
});
