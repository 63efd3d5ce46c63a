import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PAUSE_IMAGE } from '../components/container-runtime.ts';
import type { ClusterPlace } from '../place.ts';
import type { ClusterPrograms } from '../programs.ts';
import { writeLayer } from './layer.ts';
import { writeOciArchive } from './oci-archive.ts';

/** Writes the image of the container that holds a pod's namespaces. @returns its archive */
export async function writePauseImage(place: ClusterPlace, programs: ClusterPrograms): Promise<string> {
  const folder = join(place.folder, 'images');
  mkdirSync(folder, { recursive: true });
  const layer = await writeLayer(join(folder, 'pause.layer'), {
    placed: [{ from: programs.find('init'), to: '/init' }],
  });
  const archive = join(folder, 'pause.tar');
  const settings = { name: PAUSE_IMAGE, entrypoint: ['/init'], user: '65532:65532', folder: '/' };
  await writeOciArchive(archive, settings, [layer]);
  return archive;
}
