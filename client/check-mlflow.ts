import { LonghaulError } from '../core/errors.ts';

const patienceMs = 5_000;

/**
 * Finds out before a release starts whether the model registry answers at all; any answer but a server's fault will
 * do, since MLflow may stand behind a login. @throws LonghaulError Unreachable
 */
export async function checkMlflow(trackingUri: string): Promise<void> {
  const hindrance = await ask(new URL('/api/2.0/mlflow/experiments/search?max_results=1', trackingUri));
  if (hindrance === null) return;
  throw new LonghaulError('Unreachable', `MLflow does not answer at ${trackingUri} (${hindrance}).`, {
    mend: 'Start it with `longhaul up`, or set `mlflow.trackingUri` in the operator’s file.',
  });
}

async function ask(url: URL): Promise<string | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    await answer.body?.cancel();
    return answer.status < 500 ? null : `it answers ${answer.status}`;
  } catch (error) {
    const { cause, message } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
}
