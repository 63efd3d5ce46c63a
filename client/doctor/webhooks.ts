import type { ServerConfig } from '../../config/server-config.ts';
import { addressHere } from '../webhooks/address.ts';
import { checkOf, ok, problem, warning } from './finding.ts';
import type { Check, Found } from './finding.ts';

/** The server for GitHub's and Slack's requests, where the operator's file has one. */
export const webhookChecks = ({ webhooks }: ServerConfig): readonly Check[] =>
  webhooks === undefined
    ? []
    : [checkOf('connections', 'webhooks', () => webhooksFound(addressHere(webhooks), webhooks.publicUrl))];

async function webhooksFound(address: string, publicUrl: string | undefined): Promise<Found> {
  const answer = await fetch(new URL('/readyz', address), { signal: AbortSignal.timeout(5_000) }).catch(
    () => null,
  );
  if (answer === null) return problem(`nothing answers at ${address}`, 'Start it with: longhaul up');
  if (!answer.ok)
    return problem(
      `the server at ${address} does not reach Temporal, and refuses what comes until it does`,
      'Start Temporal with `longhaul up`; what GitHub could not deliver is asked for again.',
    );
  return publicUrl === undefined
    ? warning(
        `at ${address}; the operator’s file does not say how GitHub reaches it`,
        'Set `webhooks.publicUrl`; docs/webhooks.md says how it is exposed.',
      )
    : ok(`at ${address}, for others at ${publicUrl}`);
}
