import { setTimeout as pause } from 'node:timers/promises';
import { CustomObjectsApi, Watch } from '@kubernetes/client-node';
import { kubeConfigOf, testCluster } from '../../support/cluster.ts';

const place = { group: 'networking.istio.io', version: 'v1', plural: 'virtualservices' } as const;

/** A change of a VirtualService: the candidate's percent by its first rule that splits, and when it was seen. */
export interface WeightSeen {
  readonly at: number;
  readonly weight: number;
}

/** What the cluster itself tells of a VirtualService's weights, past all of Longhaul's code. */
export interface Weights {
  readonly seen: readonly WeightSeen[];
  /** Resolves when the weight is seen after `since`, Unix milliseconds. */
  until(weight: number, since?: number): Promise<WeightSeen>;
  stop(): void;
}

export async function watchWeights(namespace: string): Promise<Weights> {
  const seen: WeightSeen[] = [];
  const note = (object: VirtualService): void => {
    const weight = candidateWeightOf(object);
    if (seen.at(-1)?.weight !== weight) seen.push({ at: Date.now(), weight });
  };
  const going = { on: true };
  let watching = await follow(namespace, note, going);
  return {
    seen,
    until: async (weight, since = 0) => {
      for (;;) {
        const found = seen.find((one) => one.weight === weight && one.at >= since);
        if (found !== undefined) return found;
        await pause(5);
      }
    },
    stop: () => {
      going.on = false;
      watching.abort();
    },
  };

  /** A watch that ends, as when the API server goes, is taken up again. */
  async function follow(
    where: string,
    tell: (object: VirtualService) => void,
    state: { readonly on: boolean },
  ): Promise<AbortController> {
    return new Watch(kubeConfigOf(testCluster())).watch(
      `/apis/${place.group}/${place.version}/namespaces/${where}/${place.plural}`,
      {},
      (event, object: VirtualService) => {
        if (event === 'ADDED' || event === 'MODIFIED') tell(object);
      },
      () => void again(),
    );
    async function again(): Promise<void> {
      while (state.on) {
        await pause(200);
        try {
          watching = await follow(where, tell, state);
          return;
        } catch {
          // The API server is still away.
        }
      }
    }
  }
}

interface VirtualService {
  readonly spec?: {
    readonly http?: readonly { readonly route?: readonly Destination[] }[];
  };
}

interface Destination {
  readonly weight?: number;
  readonly destination: { readonly subset?: string };
}

export const candidateWeightOf = ({ spec }: VirtualService): number => {
  const split = (spec?.http ?? []).find(({ route }) => (route?.length ?? 0) > 1);
  return split?.route?.find(({ destination }) => destination.subset === 'candidate')?.weight ?? 0;
};

/** A VirtualService as it is now. */
export async function readVirtualService(namespace: string, name: string): Promise<VirtualService> {
  const api = kubeConfigOf(testCluster()).makeApiClient(CustomObjectsApi);
  return (await api.getNamespacedCustomObject({ ...place, namespace, name })) as VirtualService;
}
