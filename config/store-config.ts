import { z } from 'zod';
import { url } from './fields.ts';

const s3 = z
  .strictObject({
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
      .meta({ title: 'the name of a bucket' })
      .describe('Bucket that holds everything. It has to exist.'),
    prefix: z
      .string()
      .regex(/^[\w.=-]+(\/[\w.=-]+)*\/?$/)
      .optional()
      .meta({ title: 'a prefix such as `longhaul` or `teams/ml`' })
      .describe('What all keys begin with, where others use the bucket as well.'),
    region: z
      .string()
      .min(1)
      .optional()
      .describe('Region of the bucket. Default: AWS_REGION or the profile’s; with `endpoint`, `us-east-1`.'),
    endpoint: url.optional().describe('Address of a server that speaks S3’s protocol. Default: AWS itself.'),
    pathStyle: z
      .boolean()
      .default(false)
      .describe(
        'Whether the bucket goes into the path, not into the host name, as MinIO and the like want it.',
      ),
  })
  .describe(
    'The artifact store in S3, for workers on several hosts. Credentials come from AWS’s standard places (environment variables, profiles, the instance’s role), never from this file.',
  );

/** Where outputs, logs and records are: one of a folder and S3; neither is a folder of LONGHAUL_HOME. */
export const storeConfigSchema = z
  .strictObject({
    directory: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Folder of the artifact store; relative to this file. Default: `artifacts` under LONGHAUL_HOME.',
      ),
    s3: s3.optional(),
  })
  .refine(({ directory, s3 }) => directory === undefined || s3 === undefined, 'has both `directory` and `s3`')
  .meta({ title: 'a mapping with `directory`, or one with `s3`' });

export type StoreConfig = z.output<typeof storeConfigSchema>;
export type S3Config = z.output<typeof s3>;
