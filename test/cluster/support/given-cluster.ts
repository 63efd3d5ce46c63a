import { KubeConfig, VersionApi } from '@kubernetes/client-node';
import { FLIGHTS_IMAGE } from '../../../scripts/cluster/image/flights-image.ts';
import type { TestCluster } from './cluster.ts';

const OLDEST = [1, 30] as const;

/** The variables that name a cluster of kind or k3d; docs/test-cluster.md shows how to have one. */
const NEEDED = [
  'LONGHAUL_TEST_CLUSTER_CONTEXT',
  'LONGHAUL_TEST_GATEWAY',
  'LONGHAUL_TEST_GATEWAY_API',
  'LONGHAUL_TEST_GATEWAY_NAME',
  'LONGHAUL_TEST_ENVOY_ADMIN',
  'LONGHAUL_TEST_HOST_ADDRESS',
] as const;

/**
 * The cluster that `LONGHAUL_TEST_KUBECONFIG` names; null where it names none. Its context must be named as well, so
 * that no one tests on a cluster that happened to be the current one.
 * @throws Error where a variable is absent, the context is another, or Kubernetes is too old
 */
export async function givenCluster(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<TestCluster | null> {
  const kubeconfig = environment['LONGHAUL_TEST_KUBECONFIG'];
  if (!kubeconfig) return null;
  const absent = NEEDED.filter((name) => !environment[name]);
  if (absent.length > 0)
    throw new Error(`With LONGHAUL_TEST_KUBECONFIG set ${absent.join(', ')} too; see docs/test-cluster.md`);
  const value = (name: (typeof NEEDED)[number]) => environment[name] ?? '';
  const context = value('LONGHAUL_TEST_CLUSTER_CONTEXT');
  await refuseUnlessSuitable(kubeconfig, context);
  return {
    kubeconfig,
    context,
    gateway: value('LONGHAUL_TEST_GATEWAY'),
    gatewayApi: value('LONGHAUL_TEST_GATEWAY_API'),
    gatewayName: value('LONGHAUL_TEST_GATEWAY_NAME'),
    envoyAdmin: value('LONGHAUL_TEST_ENVOY_ADMIN'),
    hostAddress: value('LONGHAUL_TEST_HOST_ADDRESS'),
    flightsImage: environment['LONGHAUL_TEST_FLIGHTS_IMAGE'] ?? FLIGHTS_IMAGE,
    own: null,
  };
}

async function refuseUnlessSuitable(kubeconfig: string, context: string): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const known = config.getContexts().map(({ name }) => name);
  if (!known.includes(context))
    throw new Error(
      `${kubeconfig} has no context ${context}, which LONGHAUL_TEST_CLUSTER_CONTEXT names; it has ${known.join(', ')}`,
    );
  config.setCurrentContext(context);
  const { major, minor } = await config.makeApiClient(VersionApi).getCode();
  if (isTooOld(Number(major), Number.parseInt(minor)))
    throw new Error(
      `The cluster ${context} is Kubernetes ${major}.${minor}; 1.30 is the oldest that will do`,
    );
}

const isTooOld = (major: number, minor: number): boolean =>
  major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
