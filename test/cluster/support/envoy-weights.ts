import { awaitReady } from '../../../scripts/cluster/await-ready.ts';
import { testCluster } from './cluster.ts';

/** Resolves once Envoy routes so many percent to a candidate's cluster of the namespace, by the route of one kind. */
export async function awaitWeightInEnvoy(
  namespace: string,
  candidate: string,
  weight: number,
): Promise<void> {
  const address = `${testCluster().envoyAdmin}/config_dump?resource=dynamic_route_configs`;
  await awaitReady(`${weight} % in Envoy`, 15, async () => {
    const text = await (await fetch(address)).text();
    const weights = [...text.matchAll(/"name": "([^"]*)",\s*"weight": (\d+)/g)]
      .filter(([, name = '']) => name.includes(candidate) && name.includes(`.${namespace}.`))
      .map(([, , found]) => Number(found));
    if (weights.length === 0 || weights.some((found) => found !== weight))
      throw new Error(`it has ${weights.join(', ') || 'none'}`);
  });
}
