import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { environmentSchema } from '../../config/environment-config.ts';
import { defaultServerYaml } from '../../config/default-server.ts';
import { staleFiles } from '../../scripts/generate-config-docs.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

it('the JSON Schemas and docs/configuration.md are what the schemas in config/ say', () => {
  expect(staleFiles(root)).toEqual([]);
});

describe('editors’ JSON Schemas', () => {
  const accepts = (schema: string, data: unknown): boolean =>
    z
      .fromJSONSchema(JSON.parse(read(`config/schema/${schema}`)) as z.core.JSONSchema.JSONSchema)
      .safeParse(data).success;
  const sample = parse(read('examples/flights/longhaul.yaml')) as Readonly<Record<string, unknown>>;

  it('accept the sample, its environments and a new operator’s file', () => {
    expect(accepts('longhaul.schema.json', sample)).toBe(true);
    for (const name of ['staging', 'production', 'demo']) {
      const environment: unknown = parse(read(`examples/flights/environments/${name}.yaml`));
      expect(accepts('longhaul.environment.schema.json', environment)).toBe(true);
    }
    expect(accepts('longhaul.server.schema.json', parse(defaultServerYaml()))).toBe(true);
  });

  it('refuse an unknown key, a missing one, and a wrong form', () => {
    expect(accepts('longhaul.schema.json', { ...sample, modle: 'x' })).toBe(false);
    expect(accepts('longhaul.schema.json', { version: 1, model: 'm' })).toBe(false);
    expect(
      accepts('longhaul.environment.schema.json', { monitoring: { alert_threshold_latency: 'fast' } }),
    ).toBe(false);
  });
});

it('an environment’s file fills in nothing that it does not say', () => {
  const written = { release: { canary: { duration: '1m' }, loadTest: {}, approval: { required: false } } };
  expect(environmentSchema.parse(written)).toEqual({
    release: { canary: { duration: 60_000 }, loadTest: {}, approval: { required: false } },
  });
});
