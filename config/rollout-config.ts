/** How the server runs on a cluster, and how a candidate takes over. */
import { z } from 'zod';
import { duration, port } from './fields.ts';
import { commandFields } from './step-config.ts';

const downloadModel = 'mlflow artifacts download --artifact-uri "$MODEL_URI" --dst-path "$MODEL_PATH"';

/** `release.serve.container`. */
export const container = z.strictObject({
  image: z
    .string()
    .regex(/^\S+$/)
    .meta({ title: 'the reference of an image, such as `registry.example/team/model:${SHORT_COMMIT}`' })
    .describe(
      'Image of the server, with `${COMMIT}`, `${SHORT_COMMIT}` (12 characters), `${MODEL}`, `${VERSION}`, `${RUN_ID}` and `${ENVIRONMENT}` filled in. It has to be there when the release begins: Longhaul builds none.',
    ),
  startedBy: z
    .enum(['run', 'image'])
    .default('run')
    .describe('What starts the server: `run` of `release.serve`, by `/bin/sh`, or the image’s own command.'),
  port: port.default(8000).describe('Port that the server listens on; PORT tells it.'),
  fetchModel: z
    .string()
    .min(1)
    .prefault(downloadModel)
    .transform((command) => (command === 'none' ? null : command))
    .meta({ title: 'a command line, or `none`' })
    .describe(
      'Fills the folder `$MODEL_PATH` before the server starts, in the same image; `$MODEL_URI` and MLFLOW_TRACKING_URI are given. `none`: the image holds the model.',
    ),
});

export const strategy = z
  .enum(['canary', 'blueGreen'])
  .default('canary')
  .describe(
    'How a candidate takes over production: step by step beside the champion, or all at once (on a cluster only).',
  );

/** `release.blueGreen`. */
export const blueGreen = z.strictObject({
  preview: z
    .strictObject(commandFields({ timeout: '30m', queue: 'steps' }))
    .optional()
    .describe(
      'Tests of the candidate before it gets any traffic; BASE_URL is the preview’s, and BASE_HEADERS, a JSON object, what it needs. With or without them all replicas have to be ready, and where the operator’s file has a `previewUrl`, its answers have to name the candidate’s version.',
    ),
  keepOld: duration
    .prefault('10m')
    .describe('How long the old replicas are kept after the switch; until then going back is one write.'),
});
