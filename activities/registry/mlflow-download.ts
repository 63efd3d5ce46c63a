import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { LonghaulError } from '../../core/errors.ts';
import { isPassingFault, whyFetchFailed } from '../http.ts';
import { mendMlflow } from './mlflow-http.ts';
import type { MlflowHttp } from './mlflow-http.ts';

/** The file that makes a folder a model. */
const MODEL_FILE = 'MLmodel';

/**
 * Copies a version's files into `folder`, whole or not at all: they are gathered beside it and moved there in one
 * step. A folder that holds the model already is left alone, so calls may repeat and overlap.
 * @throws LonghaulError NotFound if the version or its files are gone; Conflict if `folder` holds something else
 */
export async function downloadVersion(
  http: MlflowHttp,
  model: string,
  version: string,
  folder: string,
): Promise<void> {
  if (existsSync(join(folder, MODEL_FILE))) return;
  const root = await artifactRoot(http, model, version);
  const gathered = `${folder}.${randomUUID()}.partial`;
  try {
    await mkdir(gathered, { recursive: true });
    await copyFolder(http, root, gathered);
    if (!existsSync(join(gathered, MODEL_FILE))) {
      throw new LonghaulError(
        'NotFound',
        `Version ${version} of ${model} has no ${MODEL_FILE} at ${http.trackingUri} in ${root}.`,
        { mend: 'Its files were removed or never uploaded: register another version.' },
      );
    }
    await moveIntoPlace(gathered, folder);
  } finally {
    await rm(gathered, { recursive: true, force: true });
  }
}

/** Path of the version's files behind the server's artifact proxy. */
async function artifactRoot(http: MlflowHttp, model: string, version: string): Promise<string> {
  const { artifact_uri: uri } = await http.get(
    'mlflow/model-versions/get-download-uri',
    { name: model, version },
    z.object({ artifact_uri: z.string() }),
  );
  const path = /^mlflow-artifacts:\/(?!\/)(.+)$/.exec(uri)?.[1];
  if (path !== undefined) return path.replace(/\/+$/, '');
  throw new LonghaulError('Rejected', `The files of version ${version} of ${model} are at ${uri}.`, {
    mend: 'Longhaul reads model files through the MLflow server: start it with --serve-artifacts and log models anew.',
  });
}

const listing = z.object({
  files: z
    .array(
      z.object({
        path: z.string(),
        is_dir: z.boolean().default(false),
        file_size: z.coerce.number().default(0),
      }),
    )
    .default([]),
});

async function copyFolder(http: MlflowHttp, remote: string, local: string): Promise<void> {
  const { files } = await http.get('mlflow-artifacts/artifacts', { path: remote }, listing);
  for (const file of files) {
    const name = plainName(file.path);
    if (file.is_dir) {
      await mkdir(join(local, name));
      await copyFolder(http, `${remote}/${name}`, join(local, name));
    } else {
      await copyFile(http, `${remote}/${name}`, join(local, name), file.file_size);
    }
  }
}

/** The server names an entry by its last part; anything else could lead out of the folder. */
function plainName(path: string): string {
  if (!/^[^/\\]+$/.test(path) || path === '.' || path === '..') {
    throw new LonghaulError('Rejected', `MLflow lists the model file ${path}, which is no plain file name.`);
  }
  return path;
}

/** Node ends a body by itself when no byte comes for five minutes; there is no limit on the whole. */
async function copyFile(http: MlflowHttp, remote: string, local: string, bytes: number): Promise<void> {
  const path = remote.split('/').map(encodeURIComponent).join('/');
  const url = `${http.trackingUri}/api/2.0/mlflow-artifacts/artifacts/${path}`;
  const file = createWriteStream(local);
  try {
    const response = await fetch(url);
    if (isPassingFault(response.status)) throw new Error(`answered ${response.status}`);
    if (!response.ok || response.body === null) {
      throw new LonghaulError('NotFound', `GET ${url} answered ${response.status}.`);
    }
    await pipeline(Readable.fromWeb(response.body), file);
    if (file.bytesWritten !== bytes) throw new Error(`${file.bytesWritten} of ${bytes} bytes came`);
  } catch (error) {
    if (error instanceof LonghaulError) throw error;
    throw new LonghaulError('Unreachable', `GET ${url} failed: ${whyFetchFailed(error)}.`, {
      mend: mendMlflow,
      cause: error,
    });
  } finally {
    file.destroy();
  }
}

async function moveIntoPlace(gathered: string, folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  try {
    await rename(gathered, folder);
  } catch (error) {
    if (existsSync(join(folder, MODEL_FILE))) return;
    throw new LonghaulError('Conflict', `${folder} exists and holds no model.`, {
      mend: 'Remove the folder; it is made anew from the registry.',
      cause: error,
    });
  }
}
