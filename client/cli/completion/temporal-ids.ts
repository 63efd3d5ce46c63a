import { connect } from 'node:net';

/** How long a Temporal that is away may hold up a person. */
const patienceMs = 100;
/** How long one that is there may take. */
const answersWithinMs = 1_000;
const newest = 100;

/**
 * The newest CI runs and releases that Temporal lists; throws nothing, and finds none, when it is away or slow. It is not
 * asked where it is on this machine: its records and logs are here as well, and are read before its client is loaded.
 */
export async function idsOfTemporal(temporal: {
  readonly address: string;
  readonly namespace: string;
}): Promise<readonly string[]> {
  const address = new URL(`tcp://${process.env['TEMPORAL_ADDRESS'] ?? temporal.address}`);
  if (isLoopback(address.hostname) || !(await answers(address))) return [];
  return listIds(temporal).catch(() => []);
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host.startsWith('127.');

function answers({ hostname, port }: URL): Promise<boolean> {
  const socket = connect({ host: hostname, port: Number(port), timeout: patienceMs });
  return new Promise((resolve) => {
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => {
      end(true);
    });
    for (const silence of ['timeout', 'error']) {
      socket.once(silence, () => {
        end(false);
      });
    }
  });
}

async function listIds(temporal: {
  readonly address: string;
  readonly namespace: string;
}): Promise<readonly string[]> {
  const [{ Client, Connection }, { temporalSettings }] = await Promise.all([
    import('@temporalio/client'),
    import('../../connection.ts'),
  ]);
  const { namespace, options } = temporalSettings({ temporal });
  const connection = await Connection.connect({ ...options, connectTimeout: answersWithinMs });
  try {
    return await connection.withDeadline(Date.now() + answersWithinMs, async () => {
      const ids: string[] = [];
      const query = "WorkflowType = 'ciRun' OR WorkflowType = 'release'";
      for await (const { workflowId } of new Client({ connection, namespace }).workflow.list({ query })) {
        ids.push(workflowId);
        if (ids.length >= newest) break;
      }
      return ids;
    });
  } finally {
    await connection.close();
  }
}
