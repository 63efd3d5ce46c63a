import type { KubernetesEnvironment } from '../../config/cluster-config.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { ArmSpec, TargetStatus } from '../../core/serving.ts';
import { namesOf } from '../names.ts';
import { hindranceOfVersion } from './answers.ts';
import { serviceOf, type TargetParts } from './parts.ts';

/** Where the preview Service is reached: as the operator says, or by its name in the cluster. */
export function previewOf(
  { cluster, environment }: Pick<TargetParts, 'cluster' | 'environment'>,
  lane: LaneRef,
): Pick<TargetStatus, 'previewUrl' | 'previewHeaders'> {
  const { preview } = namesOf(serviceOf({ environment }, lane));
  const headers = previewHeaders(environment);
  return {
    previewUrl: environment.previewUrl ?? `http://${preview}.${cluster.namespace}.svc`,
    ...(Object.keys(headers).length === 0 ? {} : { previewHeaders: headers }),
  };
}

/** A `host` leads where users are served, and the preview is elsewhere. */
const previewHeaders = ({
  headers,
  previewHeaders: own,
}: KubernetesEnvironment): Readonly<Record<string, string>> =>
  own ?? Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'host'));

/**
 * Before all users are switched to a colour: the preview answers as its version. Where the operator has not said how
 * workers reach the preview, nobody is asked.
 *
 * @throws LonghaulError NotReady with what the preview answers instead
 */
export async function refuseOtherVersion(
  environment: KubernetesEnvironment,
  arm: Pick<ArmSpec, 'id' | 'serve' | 'version'>,
  withinMs?: number,
): Promise<void> {
  const { previewUrl } = environment;
  if (previewUrl === undefined) return;
  const door = { baseUrl: previewUrl, headers: previewHeaders(environment) };
  const hindrance = await hindranceOfVersion(door, arm, withinMs);
  if (hindrance === null) return;
  throw new LonghaulError('NotReady', `The preview of ${arm.id} is not it: ${hindrance}.`, {
    mend: `See that \`previewUrl\` of the environment leads to the preview Service, and that the server names its version in ${arm.serve.versionHeader}.`,
  });
}
