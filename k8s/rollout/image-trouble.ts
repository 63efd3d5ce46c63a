import type { ClusterEvent } from '../api/cluster.ts';
import { hopeless, passing } from './trouble.ts';
import type { Trouble } from './trouble.ts';

/** Reasons of a container that waits for its image. */
export const imageReasons: readonly string[] = [
  'ErrImagePull',
  'ImagePullBackOff',
  'RegistryUnavailable',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
];

/** What was tried. */
export interface Pull {
  readonly image: string;
  readonly reason: string;
  readonly message: string;
  /** Names of the pod's pull secrets. */
  readonly secrets: readonly string[];
  readonly events: readonly ClusterEvent[];
}

/** Why an image cannot be pulled. What the registry has refused stays refused; what did not reach it may yet. */
export function imageTrouble(pull: Pull): Trouble {
  const { image, reason } = pull;
  const said = registrySaid(pull);
  if (reason === 'InvalidImageName') return hopeless(`“${image}” is no reference of an image: ${said}`);
  if (reason === 'ErrImageNeverPull')
    return hopeless(`image ${image} is not on the node, and its pull policy is Never`);
  if (/no match for platform|exec format/i.test(said))
    return hopeless(`image ${image} is not for the platform of the node: ${said}`);
  if (
    /\b(401|403)\b|unauthori[sz]ed|forbidden|denied|authorization failed|no basic auth|authentication required/i.test(
      said,
    )
  )
    return hopeless(`the registry refuses image ${image}: ${said}; ${pulledWith(pull)}`);
  if (/not found|manifest unknown|name unknown|does not exist/i.test(said))
    return hopeless(`image ${image} does not exist: ${said}`);
  if (/x509|certificate|HTTP response to HTTPS client/i.test(said))
    return hopeless(`the node does not trust the registry of image ${image}: ${said}`);
  return passing(`image ${image} cannot be pulled yet: ${said}`);
}

/** Newer kubelets say why in the state itself, older ones in an event alone. */
function registrySaid({ message, reason, events }: Pull): string {
  const failed = events.find(
    (event) => event.reason === 'Failed' && event.message.startsWith('Failed to pull image'),
  );
  const words = /^Back-off pulling image "[^"]*"$/.test(message) ? (failed?.message ?? message) : message;
  const bare = words
    .replace(/^Back-off pulling image "[^"]*": (ErrImagePull: )?/, '')
    .replace(/^Failed to pull image "[^"]*": /, '')
    .replace(/^rpc error: code = \w+ desc = /, '')
    .replace(/^failed to pull and unpack image "[^"]*": /, '')
    .replace(/^failed to resolve reference "[^"]*": /, '');
  return bare === '' ? reason : bare;
}

function pulledWith({ secrets, events }: Pull): string {
  const missing = events.find(({ reason }) => reason === 'FailedToRetrieveImagePullSecret');
  const absent = secrets.filter((name) => missing?.message.includes(name));
  if (absent.length > 0) return `its pull secret ${absent.join(', ')} does not exist in the namespace`;
  if (secrets.length === 0)
    return 'it is pulled without a secret: name one in `imagePullSecrets` of the environment';
  return `it was pulled with the secret ${secrets.join(', ')}`;
}
