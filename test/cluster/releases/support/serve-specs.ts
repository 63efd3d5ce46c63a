import { readFileSync } from 'node:fs';
import type { ClusterDeployment, ServeSpec } from '../../../../core/serving.ts';

const how = {
  requirements: [],
  secrets: [],
  healthPath: '/healthz',
  metricsPath: '/metrics',
  versionHeader: 'X-Model-Version',
  startTimeoutMs: 60_000,
} as const;

/** A server that starts in a moment and has no model: `errorShare` of its predictions fail. */
export const quickServer = (image: string, errorShare = 0): ServeSpec => ({
  ...how,
  run: 'exec python -c "$MODEL_SERVER"',
  env: {
    MODEL_SERVER: readFileSync(new URL('model-server.py', import.meta.url), 'utf8'),
    ERROR_SHARE: String(errorShare),
  },
  container: { image, startedBy: 'run', port: 8000, fetchModel: null },
});

/** The sample project's server as its own file starts it, with the model that MLflow holds. */
export const flightsServer = (image: string): ServeSpec => ({
  ...how,
  run: 'exec uvicorn flights.server:app --host $HOST --port $PORT --no-access-log',
  env: {},
  secrets: ['API_TOKEN'],
  container: {
    image,
    startedBy: 'run',
    port: 8000,
    fetchModel: 'mlflow artifacts download --artifact-uri "$MODEL_URI" --dst-path "$MODEL_PATH"',
  },
});

/** Little, so that many replicas fit on one small node. */
export const smallDeployment: ClusterDeployment = {
  resources: { cpu: '20m', memory: '400Mi' },
  maxUnavailable: 1,
  preStopSeconds: 2,
};
