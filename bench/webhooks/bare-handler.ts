/**
 * The peer: what one writes with @octokit/webhooks and Temporal's client alone. `node bare-handler.ts PORT ADDRESS
 * NAMESPACE`, the secret in LONGHAUL_BENCH_SECRET.
 */
import { createServer } from 'node:http';
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks';
import { Client, Connection } from '@temporalio/client';

const [port, address = '', namespace = ''] = process.argv.slice(2);
const connection = await Connection.connect({ address });
const client = new Client({ connection, namespace });
const webhooks = new Webhooks({ secret: process.env['LONGHAUL_BENCH_SECRET'] ?? '' });
webhooks.on('push', async ({ id, payload }) => {
  const { after, repository } = payload;
  await client.workflow.start('trigger', {
    workflowId: `bare/${id}`,
    taskQueue: 'bare',
    args: [{ project: repository.full_name, commit: after }],
  });
});
const handle = createNodeMiddleware(webhooks, { path: '/github' });
createServer((request, response) => {
  void handle(request, response);
}).listen(Number(port), '127.0.0.1', () => {
  process.stdout.write('listening\n');
});
