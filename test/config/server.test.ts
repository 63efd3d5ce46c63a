import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultServerYaml } from '../../config/default-server.ts';
import { loadServerConfig } from '../../config/load-server.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-config-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const loadText = (text: string) => {
  const path = join(folder, 'longhaul.server.yaml');
  writeFileSync(path, text);
  return loadServerConfig(path);
};

describe('the operator’s file', () => {
  it('needs no more than its version', () => {
    expect(loadText('version: 1\n')).toMatchObject({
      temporal: { address: '127.0.0.1:7233', namespace: 'longhaul' },
      mlflow: { trackingUri: 'http://127.0.0.1:5000', mode: 'aliases' },
      store: {},
      projects: {},
      environments: {},
      secrets: {},
      local: {
        ports: { temporal: 7233, temporalUi: 8233, mlflow: 5000, prometheus: 9090, envoyAdmin: 9901 },
      },
    });
  });

  it('resolves paths against its folder', () => {
    const config = loadText(
      'version: 1\nstore: { directory: artifacts }\nsecrets: { A: { file: secrets/a }, B: { file: /run/b }, C: { env: C } }\n',
    );
    expect(config.store.directory).toBe(join(folder, 'artifacts'));
    expect(config.secrets).toEqual({
      A: { file: join(folder, 'secrets/a') },
      B: { file: '/run/b' },
      C: { env: 'C' },
    });
  });

  it('tells all that is wrong, with lines', () => {
    const text =
      'version: 1\nmlfow: {}\nenvironments:\n  staging: { target: cloud, port: 1 }\nsecrets: { A: { fil: x } }\n';
    expect(() => loadText(text)).toThrow(
      /longhaul\.server\.yaml is not valid:\n.*:2:1 +mlfow .*`mlflow`\?\n.*:4:22 +environments\.staging\.target .*give `local`, or `kubernetes`\n.*:5:12 +secrets\.A +is a mapping with fil; give a mapping with `file`, or a mapping with `env`/,
    );
  });

  it('takes a bucket of S3 in place of a folder, never both', () => {
    const s3 = {
      bucket: 'artifacts',
      prefix: 'teams/ml',
      endpoint: 'http://127.0.0.1:9000',
      pathStyle: true,
    };
    expect(loadText(`version: 1\nstore: { s3: ${JSON.stringify(s3)} }\n`).store).toEqual({ s3 });
    expect(() => loadText('version: 1\nstore: { directory: x, s3: { bucket: artifacts } }\n')).toThrow(
      /:2:1 +store +has both `directory` and `s3`; give a mapping with `directory`, or one with `s3`/,
    );
  });

  it('says how to get one where there is none', () => {
    expect(() => loadServerConfig(join(folder, 'none.yaml'))).toThrow(
      /none\.yaml cannot be read\. `longhaul up` writes one/,
    );
  });
});

describe('the file that is written for a new machine', () => {
  it('is valid and says what it was given', () => {
    const ports = { temporal: 17233, temporalUi: 18233, mlflow: 15000, prometheus: 19090, envoyAdmin: 19901 };
    const config = loadText(
      defaultServerYaml({
        ports,
        stagingPort: 18101,
        productionPort: 18102,
        projects: { 'longhaul/flights': 'file:///tmp/a folder/flights.git' },
        secrets: { API_TOKEN: { file: 'secrets/api-token' } },
        productionOverlays: ['demo'],
      }),
    );
    expect(config).toMatchObject({
      temporal: { address: '127.0.0.1:17233' },
      mlflow: { trackingUri: 'http://127.0.0.1:15000' },
      local: { ports },
      projects: { 'longhaul/flights': { url: 'file:///tmp/a folder/flights.git' } },
      secrets: { API_TOKEN: { file: join(folder, 'secrets/api-token') } },
      environments: {
        staging: { port: 18101, prometheus: 'http://127.0.0.1:19090', overlays: [] },
        production: { port: 18102, overlays: ['demo'] },
      },
    });
  });

  it('is valid with nothing given', () => {
    expect(loadText(defaultServerYaml()).environments['production']).toMatchObject({ port: 8102 });
  });
});
