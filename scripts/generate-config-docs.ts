/**
 * Writes the JSON Schemas that editors use and docs/configuration.md, all from the zod schemas in config/.
 * `node scripts/generate-config-docs.ts` writes them; with `--check` it only tells whether they are current.
 */
import { join } from 'node:path';
import type { z } from 'zod';
import { environmentSchema } from '../config/environment-config.ts';
import { inputSchemaOf } from '../config/expected.ts';
import { projectConfigSchema } from '../config/project-config.ts';
import { serverConfigSchema } from '../config/server-config.ts';
import { configurationPage } from './configuration-page.ts';
import { staleIn, writeOrCheck } from './generated-files.ts';
import type { GeneratedFiles } from './generated-files.ts';

const schemas: readonly (readonly [file: string, title: string, schema: z.ZodType])[] = [
  ['longhaul.schema.json', 'longhaul.yaml', projectConfigSchema],
  ['longhaul.environment.schema.json', 'environments/<name>.yaml', environmentSchema],
  ['longhaul.server.schema.json', 'longhaul.server.yaml', serverConfigSchema],
];

/** The text of every generated file by its path in the repository. */
export function generatedFiles(): GeneratedFiles {
  const jsonSchemas = schemas.map(([file, title, schema]): [string, string] => [
    `config/schema/${file}`,
    `${JSON.stringify({ title, ...inputSchemaOf(schema) }, null, 2)}\n`,
  ]);
  return new Map([...jsonSchemas, ['docs/configuration.md', configurationPage()]]);
}

/** Paths whose file is missing or not what the schemas say now. */
export const staleFiles = (root: string): readonly string[] => staleIn(root, generatedFiles());

if (import.meta.main) {
  writeOrCheck(join(import.meta.dirname, '..'), generatedFiles(), 'node scripts/generate-config-docs.ts');
}
