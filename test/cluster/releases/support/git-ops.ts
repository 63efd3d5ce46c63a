import { setTimeout as pause } from 'node:timers/promises';
import { otherWriter } from '../../support/other-writer.ts';
import type { Lane } from './lane.ts';
import { candidateWeightOf, readVirtualService } from './weights.ts';

/** A controller that keeps a lane's VirtualService as it was when the controller began. */
export interface GitOps {
  /** How often it has put it back. */
  reverted(): number;
  stop(): void;
}

/** @param lane whose VirtualService is in Git as it is now */
export async function startGitOps({ namespace, service }: Lane): Promise<GitOps> {
  const route = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', name: service };
  const write = otherWriter(namespace, 'argocd-controller');
  const wanted = await readVirtualService(namespace, service);
  let going = true;
  let count = 0;
  const loop = async (): Promise<void> => {
    while (going) {
      const now = await readVirtualService(namespace, service);
      if (candidateWeightOf(now) !== candidateWeightOf(wanted)) {
        await write(route, { spec: { http: wanted.spec?.http } });
        count += 1;
      }
      await pause(300);
    }
  };
  const looping = loop();
  looping.catch(() => undefined);
  return {
    reverted: () => count,
    stop: () => {
      going = false;
    },
  };
}
