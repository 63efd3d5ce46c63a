/**
 * Writes the JSON Schemas that editors use and docs/configuration.md, all from the zod schemas in config/.
 * `node scripts/generate-config-docs.ts` writes them; with `--check` it only tells whether they are current.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { environmentSchema } from '../config/environment-config.ts';
import { inputSchemaOf } from '../config/expected.ts';
import { projectConfigSchema } from '../config/project-config.ts';
import { serverConfigSchema } from '../config/server-config.ts';
import { configurationPage } from './configuration-page.ts';

const schemas: readonly (readonly [file: string, title: string, schema: z.ZodType])[] = [
  ['longhaul.schema.json', 'longhaul.yaml', projectConfigSchema],
  ['longhaul.environment.schema.json', 'environments/<name>.yaml', environmentSchema],
  ['longhaul.server.schema.json', 'longhaul.server.yaml', serverConfigSchema],
];

/** The text of every generated file by its path in the repository. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const jsonSchemas = schemas.map(([file, title, schema]): [string, string] => [
    `config/schema/${file}`,
    `${JSON.stringify({ title, ...inputSchemaOf(schema) }, null, 2)}\n`,
  ]);
  return new Map([...jsonSchemas, ['docs/configuration.md', configurationPage()]]);
}

/** Paths whose file is missing or not what the schemas say now. */
export function staleFiles(root: string): readonly string[] {
  return [...generatedFiles()]
    .filter(
      ([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text,
    )
    .map(([path]) => path);
}

function writeFiles(root: string, stale: readonly string[]): void {
  for (const [path, text] of generatedFiles()) {
    if (!stale.includes(path)) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`written: ${path}`);
  }
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const stale = staleFiles(root);
  if (!process.argv.includes('--check')) writeFiles(root, stale);
  else if (stale.length > 0) {
    console.error(`Not current: ${stale.join(', ')}. Run: node scripts/generate-config-docs.ts`);
    process.exitCode = 1;
  }
}
