import { z } from 'zod';
import { kubernetesEnvironment } from './cluster-config.ts';
import { bytes, httpUrl, name, port, projectId, url, variableName } from './fields.ts';
import { freezesSchema } from './freeze-config.ts';
import { githubConfigSchema, slackConfigSchema, webhooksConfigSchema } from './front-door-config.ts';
import { approversSchema, peopleSchema } from './people-config.ts';
import { secretSource } from './secret-source.ts';
import { storeConfigSchema } from './store-config.ts';

const localEnvironment = z
  .strictObject({
    target: z.literal('local').describe('What serves models here: `local`, processes on this machine.'),
    port: port.describe('Port of the front door (Envoy) that users send their requests to.'),
    prometheus: url
      .default('http://127.0.0.1:9090')
      .describe('Prometheus that scrapes the served models of this environment.'),
    freezes: freezesSchema,
    overlays: z
      .array(name)
      .default([])
      .describe(
        'Further files of the repository’s `environments/`, by name, laid over the environment’s own in this order.',
      ),
    approvers: approversSchema,
  })
  .describe('An environment on this machine.');

const environment = z
  .discriminatedUnion('target', [localEnvironment, kubernetesEnvironment])
  .describe('Where an environment is. A repository asks for it by name and can never say where it is.');

const localStack = z.strictObject({
  ports: z
    .strictObject({
      temporal: port.default(7233).describe('Temporal, for clients and workers.'),
      temporalUi: port.default(8233).describe('Temporal’s web pages.'),
      mlflow: port.default(5000).describe('MLflow.'),
      prometheus: port.default(9090).describe('Prometheus.'),
      envoyAdmin: port.default(9901).describe('Envoy’s admin pages.'),
    })
    .prefault({})
    .describe('Ports of the servers that `longhaul up` starts on 127.0.0.1.'),
  mlflowHost: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe(
      'Address of this machine that MLflow listens on instead. Pods reach an address of a bridge, such as kind’s `172.18.0.1`; MLflow asks nobody for a password.',
    ),
});

/** Schema of the operator's file, `longhaul.server.yaml`: which repositories are served, and where everything is. */
export const serverConfigSchema = z.strictObject({
  version: z.literal(1).meta({ title: 'the number `1`' }).describe('Version of this file’s format.'),
  temporal: z
    .strictObject({
      address: z.string().min(1).default('127.0.0.1:7233').describe('Host and port of Temporal’s frontend.'),
      namespace: z.string().min(1).default('longhaul').describe('Namespace that all workflows live in.'),
      ui: httpUrl
        .optional()
        .describe(
          'Address of Temporal’s web pages as people reach it; GitHub links there. Left out: no links.',
        ),
    })
    .prefault({})
    .describe(
      'The Temporal server. The standard environment variables and profiles of Temporal’s tools win over it.',
    ),
  mlflow: z
    .strictObject({
      trackingUri: url.default('http://127.0.0.1:5000').describe('Address of the tracking server.'),
      mode: z
        .literal('aliases')
        .default('aliases')
        .describe('How the champion is marked: by an alias of the registered model.'),
    })
    .prefault({})
    .describe('The MLflow server with the model registry.'),
  store: storeConfigSchema.prefault({}).describe('Where outputs, logs and records are kept.'),
  caches: z
    .strictObject({
      limit: bytes
        .prefault('20GiB')
        .describe('Most that all of them take together; above it the least recently used goes.'),
    })
    .prefault({})
    .describe(
      'Python environments, downloads of packages, model hubs and DVC’s files, under LONGHAUL_HOME on each worker.',
    ),
  projects: z
    .record(
      projectId,
      z.strictObject({
        url: z.string().min(1).describe('Git URL: `https://…`, `ssh://…`, `git@host:…`, or `file:///…`.'),
      }),
    )
    .default({})
    .describe('The repositories that are served, by `owner/repo`.'),
  environments: z
    .record(name, environment)
    .default({})
    .describe(
      'The environments that releases may deploy to, by name, each on this machine or on a cluster. A release needs `staging` and `production`.',
    ),
  people: peopleSchema,
  secrets: z
    .record(variableName, secretSource)
    .default({})
    .describe(
      'The secrets that projects may ask for, by name; each value is in a file (relative to this one), `{ file: … }`, or in an environment variable of the workers, `{ env: … }`.',
    ),
  github: githubConfigSchema.optional(),
  slack: slackConfigSchema.optional(),
  webhooks: webhooksConfigSchema.optional(),
  local: localStack.prefault({}).describe('The one-machine stack of `longhaul up`.'),
});

/** The operator's file with every default applied; relative paths are resolved against the file's folder. */
export type ServerConfig = z.output<typeof serverConfigSchema>;
export type EnvironmentConfig = ServerConfig['environments'][string];
export type LocalPorts = ServerConfig['local']['ports'];
