import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import type { Layer } from './layer.ts';
import { tarEnd, tarHeader, tarPadding } from './tar.ts';

/** What a container of the image is started with. */
export interface ImageSettings {
  /** Such as `longhaul.test/flights:1`. */
  readonly name: string;
  readonly entrypoint: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly user: string;
  readonly folder: string;
}

const MEDIA = 'application/vnd.oci.image';

/** Writes an archive that `ctr images import`, `kind load image-archive` and `docker load` take. */
export async function writeOciArchive(
  file: string,
  settings: ImageSettings,
  layers: readonly Layer[],
): Promise<void> {
  const configuration = blob(`${MEDIA}.config.v1+json`, {
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: {
      Entrypoint: settings.entrypoint,
      Env: Object.entries(settings.environment ?? {}).map(([name, value]) => `${name}=${value}`),
      User: settings.user,
      WorkingDir: settings.folder,
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  });
  const manifest = blob(`${MEDIA}.manifest.v1+json`, {
    schemaVersion: 2,
    mediaType: `${MEDIA}.manifest.v1+json`,
    config: configuration.descriptor,
    layers: layers.map(({ digest, size }) => ({ mediaType: `${MEDIA}.layer.v1.tar`, digest, size })),
  });
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: `${MEDIA}.index.v1+json`,
      manifests: [{ ...manifest.descriptor, annotations: { 'io.containerd.image.name': settings.name } }],
    }),
  );

  const output = createWriteStream(file);
  const add = async (chunk: Buffer) => {
    if (!output.write(chunk)) await once(output, 'drain');
  };
  const addFile = async (name: string, bytes: Buffer) => {
    await add(tarHeader({ name, mode: 0o644, size: bytes.length, type: 'file' }));
    await add(Buffer.concat([bytes, tarPadding(bytes.length)]));
  };
  await addFile('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  await addFile('index.json', index);
  for (const { descriptor, bytes } of [configuration, manifest])
    await addFile(blobName(descriptor.digest), bytes);
  for (const { file: from, digest, size } of layers) {
    await add(tarHeader({ name: blobName(digest), mode: 0o644, size, type: 'file' }));
    for await (const chunk of createReadStream(from)) await add(chunk as Buffer);
    await add(tarPadding(size));
  }
  await add(tarEnd());
  output.end();
  await once(output, 'close');
}

const blobName = (digest: string): string => `blobs/sha256/${digest.replace('sha256:', '')}`;

function blob(mediaType: string, content: object) {
  const bytes = Buffer.from(JSON.stringify(content));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return { bytes, descriptor: { mediaType, digest, size: bytes.length } };
}
