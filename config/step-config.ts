import { z } from 'zod';
import {
  bytes,
  commands,
  duration,
  name,
  paths,
  patterns,
  percent,
  relativePath,
  secretNames,
  variables,
  writtenValue,
} from './fields.ts';

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

const count = z.int().min(0).max(1_000);

const retries = (defaults: { readonly preemption: number; readonly infrastructure: number }) =>
  z.strictObject({
    preemption: count
      .default(defaults.preemption)
      .describe('When the worker was lost or reclaimed, or the process was killed from outside.'),
    infrastructure: count
      .default(defaults.infrastructure)
      .describe('When a server did not answer or a disk was full.'),
    code: count.default(0).describe('When the commands themselves failed.'),
  });
const flaky = z.strictObject({
  tries: z.int().min(1).max(10).default(3).describe('Runs of the commands in all, the first included.'),
  within: duration.prefault('30m').describe('No further try is begun after this long.'),
  then: z
    .enum(['pass', 'fail'])
    .default('pass')
    .describe('How the step ends when every failed test passed in a later try.'),
});

const memoryRung = z.strictObject({
  name: z.string().min(1).describe('What it does, for people: `half the batch`.'),
  env: variables.describe('Environment variables that the commands get from this rung on.'),
});

const gpu = z.strictObject({
  count: z.int().min(1).max(1_024).default(1).describe('Devices.'),
  memory: bytes.optional().describe('Free memory of each device.'),
  driver: z
    .string()
    .regex(/^\d+(\.\d+)*$/)
    .optional()
    .meta({ title: 'a version in quotes, such as `"535.104"`' })
    .describe('Least version of the driver.'),
});

const onTimeout = z.strictObject({
  extend: duration.describe('How much longer the limit gets.'),
  times: z.int().min(1).max(100).default(1).describe('How often.'),
});

/** What any command has; `timeout` and `queue` differ by what it is for. */
export const commandFields = (defaults: {
  readonly timeout: string;
  readonly queue: 'steps' | 'gpu';
  readonly retries?: { readonly preemption: number; readonly infrastructure: number };
}) => ({
  run: commands.describe('Shell command lines, run in order; the first that fails ends the step.'),
  requirements: paths
    .optional()
    .describe(
      'Files that name the packages of the Python environment. Default: those of `python`. An empty list: no Python.',
    ),
  extras: z
    .array(z.string())
    .optional()
    .describe('Extras of the project. Default: those of `python`, unless it names requirements.'),
  groups: z
    .array(z.string())
    .optional()
    .describe('Dependency groups. Default: those of `python`, unless it names requirements.'),
  install: paths.optional().describe('Folders installed as packages. Default: those of `python`.'),
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
  onTimeout: onTimeout
    .optional()
    .describe('More time when it is up; a training goes on from its checkpoint. Default: none.'),
  retries: retries(defaults.retries ?? { preemption: 5, infrastructure: 3 })
    .prefault({})
    .describe('How often it is tried again, by why it did not end.'),
  onOutOfMemory: z
    .array(memoryRung)
    .default([])
    .describe('Settings to climb when memory runs out, each added to those before it.'),
  gpu: gpu.optional().describe('GPUs that must be there before the commands run.'),
  queue: z.enum(['steps', 'gpu']).default(defaults.queue).describe('Workers that run it.'),
});

const matrixKey = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/)
  .meta({ title: 'a name of lower-case letters, digits and underscores' });

/** A node of the CI graph. */
export const ciStepSchema = z.strictObject({
  needs: z
    .array(name)
    .default([])
    .describe('Steps that must have passed before, and whose outputs this one gets.'),
  inputs: patterns
    .optional()
    .describe(
      'Files of the repository that the step depends on, and the only ones that it sees. Default: those of `ci`.',
    ),
  cache: z
    .boolean()
    .default(true)
    .describe('Whether a result is taken over when the same inputs were seen to pass.'),
  matrix: z
    .record(matrixKey, z.array(writtenValue).min(1))
    .optional()
    .describe(
      'One step for each combination of these values, as `$MATRIX_NAME` in commands and `${matrix.name}` anywhere.',
    ),
  flaky: flaky
    .optional()
    .describe('Tests that fail and then pass. Default: 3 tries within 30 minutes, for steps with `junit`.'),
  ...commandFields({ timeout: '30m', queue: 'steps' }),
});

export type CiStepConfig = z.output<typeof ciStepSchema>;
/** A command; what only a step of the graph has may be absent. */
export type CommandConfig = Omit<CiStepConfig, 'needs' | 'inputs' | 'cache' | 'matrix' | 'flaky'> &
  Partial<Pick<CiStepConfig, 'inputs' | 'cache' | 'flaky'>>;
