import { z } from 'zod';
import { commands, duration, name, paths, percent, relativePath, secretNames, variables } from './fields.ts';

const coverage = z.strictObject({
  file: relativePath.default('coverage.xml').describe('Cobertura XML.'),
  minimum: percent.prefault('80 %').describe('Lines that must be covered.'),
});

const metrics = z.strictObject({
  file: relativePath.default('metrics.json').describe('A flat JSON object of numbers.'),
  minimum: z
    .record(z.string(), z.number())
    .default({})
    .describe('Least value by name of the metric; a lower one fails the step.'),
});

/** What any command has; `timeout` and `queue` differ by what it is for. */
export const commandFields = (defaults: { readonly timeout: string; readonly queue: 'steps' | 'gpu' }) => ({
  run: commands.describe('Shell command lines, run in order; the first that fails ends the step.'),
  requirements: paths
    .optional()
    .describe('Lock files of the Python environment. Default: those of `python`. An empty list: no Python.'),
  env: variables.default({}).describe('Environment variables, besides those of the whole file.'),
  secrets: secretNames
    .default([])
    .describe('Secrets given as environment variables of the same name, besides those of the whole file.'),
  data: paths.default([]).describe('DVC targets, pulled and verified file by file before the commands run.'),
  outputs: paths
    .default([])
    .describe('Files and folders that the steps that need this one, and people, get.'),
  junit: relativePath.optional().describe('JUnit XML that the commands leave in `$LONGHAUL_OUTPUT_DIR`.'),
  coverage: coverage.optional().describe('Coverage that the commands leave in `$LONGHAUL_OUTPUT_DIR`.'),
  metrics: metrics.optional().describe('Metrics that the commands leave in `$LONGHAUL_OUTPUT_DIR`.'),
  document: relativePath
    .optional()
    .describe('A document for people in `$LONGHAUL_OUTPUT_DIR`, such as a data report; kept when it exists.'),
  diagnostics: relativePath
    .optional()
    .describe('JSON that a failed training leaves in `$LONGHAUL_OUTPUT_DIR`.'),
  timeout: duration.prefault(defaults.timeout).describe('The step is ended after this long.'),
  attempts: z
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe(
      'How often it is tried when a worker or a server fails; the commands’ own failure is not retried.',
    ),
  queue: z.enum(['steps', 'gpu']).default(defaults.queue).describe('Workers that run it.'),
});

/** A node of the CI graph. */
export const ciStepSchema = z.strictObject({
  needs: z
    .array(name)
    .default([])
    .describe('Steps that must have passed before, and whose outputs this one gets.'),
  ...commandFields({ timeout: '30m', queue: 'steps' }),
});

export type CiStepConfig = z.output<typeof ciStepSchema>;
export type CommandConfig = Omit<CiStepConfig, 'needs'>;
