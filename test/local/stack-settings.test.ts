import { expect, test } from 'vitest';
import { serverConfigSchema } from '../../config/server-config.ts';
import { stackSettings } from '../../local/stack.ts';
import { findTools } from '../../local/tools.ts';

const settings = (trackingUri: string, local = {}) =>
  stackSettings(serverConfigSchema.parse({ version: 1, mlflow: { trackingUri }, local }), findTools());

test('MLflow runs here where its address is this machine’s, by loopback or as pods reach it', () => {
  expect(settings('http://127.0.0.1:5000').services).toContain('mlflow');
  expect(settings('http://172.18.0.1:5000').services).not.toContain('mlflow');
  const forPods = settings('http://172.18.0.1:5000', { mlflowHost: '172.18.0.1' });
  expect(forPods.services).toContain('mlflow');
  expect(forPods.mlflowHost).toBe('172.18.0.1');
});
