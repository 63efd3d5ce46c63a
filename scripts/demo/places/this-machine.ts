import type { HomePaths } from '../../../local/home.ts';
import { createEnvoyRouter } from '../../../local/target/envoy-router.ts';
import { production } from '../reading.ts';
import type { Place } from './place.ts';

/** Processes of this machine behind the stack's Envoy: there is nothing to make, and an arm's code needs no image. */
export const thisMachine = (home: HomePaths): Place => ({
  open: () =>
    Promise.resolve({
      clusterEnvironments: null,
      prepare: () => Promise.resolve(),
      provideImage: () => Promise.resolve(),
      router: 'Envoy',
      candidateWeight: () => createEnvoyRouter(home).get(production),
    }),
  end: () => Promise.resolve(),
  kept: { toLookAt: [], toEnd: [] },
});
