import { createArtifactStore } from '../../activities/store/index.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import type { HomePaths } from '../../local/home.ts';
import { checkOf, ok, problem } from './finding.ts';
import type { Check, Found } from './finding.ts';

/** Always the same bytes, so that the store holds one such artifact however often it is asked. */
const probe = 'Longhaul was here to see whether this store keeps what it is given.\n';

/** The artifact store keeps, and gives back, an artifact and a document. */
export const storeCheck = (config: ServerConfig, home: HomePaths): Check =>
  checkOf('connections', 'artifact store', async (): Promise<Found> => {
    const place = placeOf(config, home);
    try {
      const store = createArtifactStore({ store: config.store, home });
      const { digest } = await store.putText(probe, 'doctor.txt');
      await store.writeDocument('doctor', '{}');
      const kept = (await store.getText(digest)) === probe && (await store.readDocument('doctor')) === '{}';
      if (kept) return ok(`${place} keeps what it is given`);
      return problem(`${place} gives back other than it was given`, 'See whether its disk is sound.');
    } catch (error) {
      return problem(
        `${place} cannot be written and read (${error instanceof Error ? error.message : String(error)})`,
        'Mend its permissions, or set `store` in the operator’s file.',
      );
    }
  });

function placeOf({ store: { directory, s3 } }: ServerConfig, home: HomePaths): string {
  if (s3 !== undefined) return `s3://${s3.bucket}${s3.prefix === undefined ? '' : `/${s3.prefix}`}`;
  return directory ?? home.artifacts;
}
