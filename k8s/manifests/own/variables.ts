import { armVariables } from '../../../core/arm-variables.ts';
import type { Variables } from '../../../core/variables.ts';
import type { Manifest } from '../../api/cluster.ts';
import { isColour } from '../../names.ts';
import { modelUri } from '../environment-variables.ts';
import { containerOf, type ArmInSlot } from '../given.ts';

/** What a project's own manifests can ask for. A colour is no track: TRACK has a value in a canary only. */
export function manifestVariables(given: ArmInSlot, config: Manifest): Variables {
  const { arm, lane, slot, service, environment, mlflow } = given;
  const { image, port } = containerOf(given);
  return {
    ...arm.overlay,
    ...armVariables(arm, lane.environment),
    ...(isColour(slot) ? {} : { TRACK: slot }),
    SLOT: slot,
    REPLICAS: String(arm.replicas),
    NAMESPACE: environment.namespace,
    SERVICE: service,
    IMAGE: image,
    PORT: String(port),
    MODEL_URI: modelUri(arm),
    MODEL_VERSION: arm.version,
    MLFLOW_TRACKING_URI: mlflow,
    CONFIG: config.metadata.name,
  };
}

/** A place that is one of these and no more, without quotes, is a number. */
export const numbers: readonly string[] = ['PORT', 'REPLICAS'];
