/** What kubelet, containerd and Docker print when an image cannot be pulled. */
import type { Recognizer } from './recognizer.ts';

/** Words that only the pull of an image has before its reason. */
const pulling =
  '(?:[Ff]ailed to pull (?:and unpack )?image|failed to resolve reference|ErrImagePull|ImagePullBackOff|Error response from daemon|pulling image)';
const pullOf = (reason: string): RegExp =>
  new RegExp(`${pulling}(?: "([^"]+)")?[\\s\\S]{0,600}?(?:${reason})`);

const named = (image = ''): string => (image === '' ? 'the image' : `the image ${image}`);

export const imageFailures: readonly Recognizer[] = [
  {
    id: 'image-access-denied',
    kind: 'code',
    seen: pullOf(
      '401 Unauthorized|403 Forbidden|unauthorized:|authorization failed|pull access denied|no basic auth credentials|denied:',
    ),
    cause: (image) => `the registry refuses to hand out ${named(image)}: no login, or one without the right`,
    mend: 'Log in to the registry on the machines that pull (an image pull secret on Kubernetes), and check the repository’s name.',
  },
  {
    id: 'image-registry-unreachable',
    kind: 'infrastructure',
    seen: pullOf(
      'no such host|connection refused|i/o timeout|network is unreachable|TLS handshake timeout|certificate',
    ),
    cause: (image) => `the registry of ${named(image)} cannot be reached`,
    mend: 'Check the registry’s host name in the image and the network from the machines that pull.',
  },
  {
    id: 'image-rate-limited',
    kind: 'infrastructure',
    seen: pullOf('toomanyrequests|429 Too Many Requests'),
    cause: (image) => `the registry gives no more pulls for now (${named(image)})`,
    mend: 'Log in to the registry, or pull through a mirror; it is tried again.',
  },
  {
    id: 'image-not-found',
    kind: 'code',
    seen: pullOf('not found|manifest unknown|name unknown|NotFound'),
    cause: (image) => `the registry does not have ${named(image)}`,
    mend: 'Check the tag and the repository’s name, and that the image was pushed.',
  },
];
