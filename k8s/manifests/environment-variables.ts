import type { V1EnvVar } from '@kubernetes/client-node';
import { LonghaulError } from '../../core/errors.ts';
import { configData } from './config-map.ts';
import { containerOf, type ArmInSlot } from './given.ts';
import type { Plain } from './plain.ts';

/** Where the model's files are in a pod. */
export const modelPath = '/var/lib/longhaul/model';

export const modelUri = ({ model, version }: ArmInSlot['arm']): string => `models:/${model}/${version}`;

/**
 * What a server is told beside its config. MODEL_PATH is left to an image that holds the model.
 *
 * @throws LonghaulError NotPermitted for a secret that the operator has mapped to none of the cluster
 */
export function environmentVariables(given: ArmInSlot): readonly Plain<V1EnvVar>[] {
  const { arm, mlflow } = given;
  const { port, fetchModel } = containerOf(given);
  const config = configData(arm);
  return [
    ...toVariables({ PYTHONUNBUFFERED: '1', PYTHONHASHSEED: '0' }).filter(({ name }) => !(name in config)),
    ...arm.serve.secrets.map((secret) => secretVariable(secret, given)),
    ...toVariables({
      HOST: '0.0.0.0',
      PORT: String(port),
      ...(fetchModel === null ? {} : { MODEL_PATH: modelPath }),
      MODEL_VERSION: arm.version,
      MODEL_URI: modelUri(arm),
      MLFLOW_TRACKING_URI: mlflow,
    }),
  ];
}

const toVariables = (values: Readonly<Record<string, string>>): readonly Plain<V1EnvVar>[] =>
  Object.entries(values).map(([name, value]) => ({ name, value: unexpanded(value) }));

function secretVariable(name: string, { lane, environment }: ArmInSlot): Plain<V1EnvVar> {
  const place = Object.hasOwn(environment.secrets, name) ? environment.secrets[name] : undefined;
  if (place !== undefined)
    return { name, valueFrom: { secretKeyRef: { name: place.secret, key: place.key } } };
  throw new LonghaulError(
    'NotPermitted',
    `The server asks for the secret \`${name}\`, and the operator's file does not say where it is on the cluster of ${lane.environment}.`,
    { mend: `Add it there: environments.${lane.environment}.secrets.${name}: { secret: …, key: … }` },
  );
}

/** Text that reaches a container as it is: Kubernetes reads `$(NAME)` in variables and commands as a variable, `$$` as one `$`. */
export const unexpanded = (text: string): string => text.replaceAll(/\$(?=[$(])/g, '$$$$');
