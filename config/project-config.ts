import { z } from 'zod';
import { name, paths, patterns, projectId, secretNames, variables } from './fields.ts';
import { pullRequestSchema } from './pull-request-config.ts';
import { releaseSchema } from './release-config.ts';
import { ciStepSchema } from './step-config.ts';
import { triggersSchema } from './triggers-config.ts';

const python = z.strictObject({
  version: z
    .string()
    .regex(/^\d+\.\d+(\.\d+)?$/)
    .optional()
    .meta({ title: 'a version in quotes, such as `"3.11"`' })
    .describe('Python of the environments. Default: the one of the machine.'),
  requirements: paths
    .default(['requirements.txt'])
    .describe(
      'What the environments are made of: requirements files, `pyproject.toml`, `setup.py`, `uv.lock` or `poetry.lock`. An empty list: no Python.',
    ),
  extras: z.array(z.string()).default([]).describe('Extras of the project that are installed with it.'),
  groups: z.array(z.string()).default([]).describe('Dependency groups of pyproject.toml or a lock file.'),
  install: paths
    .default([])
    .describe('Folders of the repository that are installed as packages: `[.]` for the project itself.'),
});

const ci = z.strictObject({
  inputs: patterns
    .optional()
    .describe('Files that steps depend on and see, where they name none of their own. Default: all.'),
  steps: z
    .record(name, ciStepSchema)
    .refine((steps) => Object.keys(steps).length > 0, 'has no steps')
    .meta({ title: 'a mapping of steps by name, or nothing at all for the default steps' })
    .optional()
    .describe(
      'The steps by name, in the order that people see them. Left out: lint, tests, data, training, evaluation.',
    ),
});

/** Schema of `longhaul.yaml`, the one file that a team puts into its repository. */
export const projectConfigSchema = z.strictObject({
  version: z.literal(1).meta({ title: 'the number `1`' }).describe('Version of this file’s format.'),
  project: projectId.describe('The repository, as the operator’s file names it.'),
  model: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]*$/)
    .meta({ title: 'a name of letters, digits, `.`, `-` and `_`' })
    .optional()
    .describe('Name of the registered model. Default: the repository’s name, without the owner.'),
  experiment: z.string().min(1).default('production').describe('MLflow experiment of the full trainings.'),
  python: python.prefault({}).describe('The Python environment of all commands that do not name their own.'),
  env: variables.default({}).describe('Environment variables of all commands.'),
  secrets: secretNames.default([]).describe('Secrets that all commands get.'),
  triggers: triggersSchema
    .prefault({})
    .describe('What starts CI and releases, by which branch, when, and with whose configuration.'),
  ci: ci.prefault({}).describe('What runs for every commit.'),
  pullRequest: pullRequestSchema,
  release: releaseSchema
    .optional()
    .describe('What a green commit goes through to production. Left out: CI only.'),
});

/** `longhaul.yaml` with every default applied; durations in milliseconds, shares from 0 to 1. */
export type ProjectConfig = z.output<typeof projectConfigSchema>;

/** Name of the registered model: the file's, else the repository's. */
export const modelOf = ({ model, project }: Pick<ProjectConfig, 'model' | 'project'>): string =>
  model ?? project.slice(project.indexOf('/') + 1);
