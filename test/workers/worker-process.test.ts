import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startDevServer } from '../client/dev-server.ts';

test('a worker refuses to start where a search attribute is missing, and tells how to register it', async () => {
  const server = await startDevServer(['LonghaulProject', 'LonghaulModel']);
  try {
    const { code, stderr } = await startWorker('gpu', server.home);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^worker gpu: .*lacks the search attributes LonghaulEnvironment, LonghaulCommit/);
    expect(stderr).toContain(
      'temporal operator search-attribute create --namespace longhaul --name LonghaulEnvironment',
    );
    expect(stderr.trim().split('\n')).toHaveLength(1);
  } finally {
    await server.stop();
  }
});

/** Resolves when the worker has ended by itself. */
function startWorker(
  queue: string,
  home: string,
): Promise<{ readonly code: number; readonly stderr: string }> {
  const main = fileURLToPath(new URL(`../../workers/${queue}.ts`, import.meta.url));
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main],
      { env: { ...Object.fromEntries(environment), LONGHAUL_HOME: home } },
      (_error, _stdout, stderr) => {
        resolve({ code: child.exitCode ?? -1, stderr });
      },
    );
  });
}
