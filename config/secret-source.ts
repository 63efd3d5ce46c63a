import { z } from 'zod';

/** Where the workers find the value of a secret; a file is relative to the operator's file. */
export const secretSource = z
  .union([
    z.strictObject({ file: z.string().min(1).describe('File that holds the value; relative to this file.') }),
    z.strictObject({
      env: z.string().min(1).describe('Environment variable of the workers that holds the value.'),
    }),
  ])
  .describe('Where the workers find the value of a secret: `{ file: … }` or `{ env: … }`.');

export type SecretSource = z.output<typeof secretSource>;
