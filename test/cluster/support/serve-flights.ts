import { KubernetesObjectApi } from '@kubernetes/client-node';
import { kubeConfigOf } from './cluster.ts';
import type { TestCluster } from './cluster.ts';
import { FLIGHTS_MODEL } from './flights-registry.ts';

export const API_TOKEN = 'a token of the tests';

/** What callers of `/predict` send, but for their flight. */
export const callerHeaders = (host: string): Readonly<Record<string, string>> => ({
  'content-type': 'application/json',
  authorization: `Bearer ${API_TOKEN}`,
  host,
});

/** Makes the sample project's server and both kinds of routes to it, in plain manifests. @returns its host's name */
export async function serveFlights(
  cluster: TestCluster,
  namespace: string,
  trackingUri: string,
): Promise<string> {
  const api = KubernetesObjectApi.makeApiClient(kubeConfigOf(cluster));
  const host = `${namespace}.test`;
  for (const object of [
    deployment(cluster.flightsImage, trackingUri),
    service(),
    destinationRule(namespace),
    virtualService(host, namespace, cluster.gatewayName),
    httpRoute(host, cluster.gatewayName),
  ])
    await api.create({ ...object, metadata: { name: 'flights', namespace } });
  return host;
}

const labels = { app: 'flights' };
const model = { name: 'model', mountPath: '/model' };

function deployment(image: string, trackingUri: string) {
  const download = `exec python -m mlflow artifacts download --artifact-uri models:/${FLIGHTS_MODEL}/1 --dst-path /model`;
  const container = { image, imagePullPolicy: 'IfNotPresent', volumeMounts: [model] };
  const fetching = {
    ...container,
    name: 'fetch-model',
    command: ['sh', '-c', download],
    env: environment({ MLFLOW_TRACKING_URI: trackingUri, MLFLOW_DISABLE_TELEMETRY: 'true' }),
  };
  const serving = {
    ...container,
    name: 'server',
    command: ['sh', '-c', 'exec uvicorn flights.server:app --host $HOST --port $PORT --no-access-log'],
    env: environment({ HOST: '0.0.0.0', PORT: '8000', MODEL_PATH: '/model', MODEL_VERSION: '1', API_TOKEN }),
    ports: [{ name: 'http', containerPort: 8000 }],
    readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 1 },
  };
  const spec = {
    dnsPolicy: 'Default',
    enableServiceLinks: false,
    volumes: [{ name: 'model', emptyDir: {} }],
    initContainers: [fetching],
    containers: [serving],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}

const environment = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

const service = () => ({
  apiVersion: 'v1',
  kind: 'Service',
  spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
});

const destinationRule = (namespace: string) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  spec: { host: inCluster(namespace), trafficPolicy: { tls: { mode: 'DISABLE' } } },
});

const virtualService = (host: string, namespace: string, gateway: string) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  spec: {
    hosts: [host],
    gateways: [gateway],
    http: [{ route: [{ destination: { host: inCluster(namespace), port: { number: 80 } } }] }],
  },
});

function httpRoute(host: string, gateway: string) {
  const [namespace, name] = gateway.split('/');
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    spec: {
      parentRefs: [{ name, namespace }],
      hostnames: [host],
      rules: [{ backendRefs: [{ name: 'flights', port: 80 }] }],
    },
  };
}

const inCluster = (namespace: string): string => `flights.${namespace}.svc.cluster.local`;
