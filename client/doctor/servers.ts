import type { ServerConfig } from '../../config/server-config.ts';
import { formatDuration } from '../../core/time.ts';
import { checkMlflow } from '../check-mlflow.ts';
import { checkOf, ok, problem, warning } from './finding.ts';
import type { Check, Found } from './finding.ts';

const patienceMs = 5_000;

/** MLflow and the Prometheus of each environment. */
export const serverChecks = ({ environments, mlflow }: ServerConfig): readonly Check[] => [
  checkOf('connections', 'MLflow', () => mlflowFound(mlflow.trackingUri)),
  checkOf('machine', 'clock', () => clockFound(mlflow.trackingUri)),
  ...[...new Set(Object.values(environments).map(({ prometheus }) => prometheus))].map((address) =>
    checkOf('connections', `Prometheus ${new URL(address).host}`, () => prometheusFound(address)),
  ),
];

/** Registers a model without a version and takes it away again: reading alone proves no permission. */
async function mlflowFound(trackingUri: string): Promise<Found> {
  await checkMlflow(trackingUri);
  const version = await fetchText(new URL('/version', trackingUri)).catch(() => '');
  const name = `longhaul-doctor-${process.pid}`;
  const mend = 'See that your credentials for MLflow may register models (MLFLOW_TRACKING_TOKEN or a login).';
  const made = await sendJson(new URL('/api/2.0/mlflow/registered-models/create', trackingUri), 'POST', {
    name,
  });
  if (!made.ok) return problem(`${trackingUri} does not register a model (it answers ${made.status})`, mend);
  const gone = await sendJson(new URL('/api/2.0/mlflow/registered-models/delete', trackingUri), 'DELETE', {
    name,
  });
  if (!gone.ok)
    return warning(`${trackingUri} registers models, but keeps ${name} (it answers ${gone.status})`, mend);
  return ok(`${version === '' ? '' : `${version} at `}${trackingUri}, registers models`);
}

async function prometheusFound(address: string): Promise<Found> {
  try {
    const answer = await fetchText(new URL('/api/v1/status/buildinfo', address));
    const { data } = JSON.parse(answer) as { readonly data?: { readonly version?: string } };
    const version = data?.version ?? '';
    return ok(version === '' ? `at ${address}` : `${version} at ${address}`);
  } catch (error) {
    return problem(
      `${address} does not answer as Prometheus does (${whyOf(error)})`,
      'Start it with `longhaul up`, or set `prometheus` of the environment in the operator’s file.',
    );
  }
}

/** By the clock of another server: that of MLflow, whose answers say what time it is. */
async function clockFound(trackingUri: string): Promise<Found> {
  const date = await fetch(new URL('/version', trackingUri), { signal: AbortSignal.timeout(patienceMs) })
    .then(({ headers }) => headers.get('date'))
    .catch(() => null);
  return judgeClock(date, Date.now());
}

/** `date` is what a server says in its answer; seconds are all that it tells. */
export function judgeClock(date: string | null, now: number): Found {
  const other = Date.parse(date ?? '');
  if (Number.isNaN(other)) return ok(`${new Date(now).toISOString()}; no other server's to compare with`);
  const apart = Math.abs(other - now);
  if (apart < 10_000) return ok('agrees with the servers');
  return warning(
    `${formatDuration(apart)} ${now > other ? 'ahead of' : 'behind'} the servers`,
    'Set it by the network, such as with: timedatectl set-ntp true',
  );
}

async function fetchText(url: URL): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
  if (!answer.ok) throw new Error(`it answers ${answer.status}`);
  return answer.text();
}

function sendJson(url: URL, method: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method, headers, body: JSON.stringify(body), signal: AbortSignal.timeout(patienceMs) });
}

const whyOf = (error: unknown): string => {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
};
