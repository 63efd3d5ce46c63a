import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedFiles } from '../../scripts/generate-cli-docs.ts';
import { staleIn } from '../../scripts/generated-files.ts';

test('docs/cli.md is what the commands say of themselves; else: node scripts/generate-cli-docs.ts', () => {
  expect(staleIn(join(import.meta.dirname, '../..'), generatedFiles())).toEqual([]);
});
