import { join } from 'node:path';
import { findTools, repositoryRoot } from '../../../local/tools.ts';
import { providePythonImage } from './python-image.ts';

/** The sample project's server. It has no model: a pod brings one to `MODEL_PATH`. */
export const FLIGHTS_IMAGE = 'longhaul.test/flights:1';

/**
 * @param code another folder of the server's code than the sample's own, such as a broken one, under another name
 * @returns the image's archive
 */
export function provideFlightsImage(
  code = join(repositoryRoot(), 'examples/flights/src'),
  name = FLIGHTS_IMAGE,
): Promise<string> {
  const { uv, flightsPython } = findTools();
  return providePythonImage({
    name,
    python: join(flightsPython, 'bin/python'),
    uv,
    requirements: join(repositoryRoot(), 'examples/flights/requirements.txt'),
    code,
    cache: join(repositoryRoot(), '.tools/cluster-images'),
  });
}
