/**
 * Writes docs/cli.md from the commands themselves. `node scripts/generate-cli-docs.ts` writes it; with `--check` it only
 * tells whether it is current.
 */
import { join } from 'node:path';
import { cliPage } from './cli-page.ts';
import { writeOrCheck } from './generated-files.ts';
import type { GeneratedFiles } from './generated-files.ts';

/** The text of the page by its path in the repository. */
export const generatedFiles = (): GeneratedFiles => new Map([['docs/cli.md', cliPage()]]);

if (import.meta.main) {
  writeOrCheck(join(import.meta.dirname, '..'), generatedFiles(), 'node scripts/generate-cli-docs.ts');
}
