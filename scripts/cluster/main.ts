/**
 * `npm run cluster:up` and `npm run cluster:down`: a real Kubernetes with Istio on this machine, for tests. `image`
 * writes the image of the sample's server for another cluster.
 */
import { parseArgs } from 'node:util';
import { takeDown } from './down.ts';
import { provideFlightsImage } from './image/flights-image.ts';
import { clusterPlace } from './place.ts';
import { downCommand } from './refuse.ts';
import { bringUp } from './up.ts';

const USAGE = 'Usage: npm run cluster:up [-- --name NAME --json], npm run cluster:down [-- --name NAME]';

try {
  const { positionals, values } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: { name: { type: 'string', default: 'longhaul' }, json: { type: 'boolean', default: false } },
  });
  const place = clusterPlace(values.name);
  if (positionals[0] === 'up') await up(values.json);
  else if (positionals[0] === 'down') await down();
  else if (positionals[0] === 'image') console.log(await provideFlightsImage());
  else throw new Error(USAGE);

  async function up(json: boolean): Promise<void> {
    const description = await bringUp(place, (line) => {
      console.error(line);
    });
    if (json) console.log(JSON.stringify(description, null, 2));
    else console.log(inWords(description.kubeconfig, description.gateway, downCommand(place)));
  }

  async function down(): Promise<void> {
    const was = await takeDown(place);
    console.log(was ? `The cluster ${place.name} is gone.` : `There is no cluster ${place.name} to end.`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function inWords(kubeconfig: string, gateway: string, end: string): string {
  return [
    '',
    'The cluster is up.',
    `  export KUBECONFIG=${kubeconfig}`,
    `  gateway: ${gateway}`,
    `  to end it: ${end}`,
  ].join('\n');
}
