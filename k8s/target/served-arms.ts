import type { ArmSpec, Track } from '../../core/serving.ts';
import type { Cluster } from '../api/cluster.ts';
import { keys, labelValue } from '../names.ts';
import { armIn } from './arm-annotation.ts';
import { kinds } from './kinds.ts';

/** The arms of an environment, whatever model they are of, as their Deployments tell. */
export async function servedArms(
  { list }: Pick<Cluster, 'list'>,
  environment: string,
): Promise<readonly { readonly track: Track; readonly arm: ArmSpec }[]> {
  const found = await list(kinds.deployment, { [keys.environment]: labelValue(environment) });
  return found.flatMap((deployment) => {
    const arm = armIn(deployment);
    const track = deployment.metadata.labels?.[keys.track] === 'stable' ? 'stable' : 'candidate';
    return arm === null ? [] : [{ track, arm }];
  });
}
