import { cpSync, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { provideClusterSystem } from './cluster-system.mjs';
import { vendorPlatform } from './binaries.mjs';
import { goEnvironment, installGoPrograms } from './go.mjs';
import { canReach, downloadProgram } from './internet.mjs';
import { inRoot, inTools } from './paths.mjs';
import { missingGo } from './prerequisites.mjs';
import { outputOf } from './processes.mjs';
import { say, SetupError } from './progress.mjs';
import { hashOfFiles, makeWhole, writeStamp } from './stamps.mjs';
import { ISTIO, KUBERNETES } from './versions.mjs';

const KUBERNETES_PROGRAMS = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-proxy',
  'kube-scheduler',
  'kubectl',
  'kubelet',
];

/**
 * Everything that `npm run cluster:up` starts: Kubernetes, istiod, the system's own parts, and descriptions of custom
 * resources. Made once for each version; `.tools/cluster.json` says where.
 */
export async function provideCluster() {
  if (process.platform !== 'linux' || process.getuid() !== 0)
    throw new SetupError(
      'The test cluster needs Linux and root, for its namespaces and cgroups (`sudo -E npm run …`). Elsewhere give the tests a throw-away cluster of kind or k3d: docs/test-cluster.md says how.',
    );
  const system = await provideClusterSystem();
  const kubernetes = await provide('kubernetes', KUBERNETES.version, makeKubernetes);
  const istio = await provide('istio', ISTIO.version, buildIstiod);
  const init = await provide('init', '1', buildInit);
  const manifests = await provide('manifests', ISTIO.version, copyManifests);
  writeStamp(
    inTools('cluster.json'),
    `${JSON.stringify({ ...system, kubernetes, istio, init, manifests }, null, 2)}\n`,
  );
}

/** A part's folder, named by its version and by its pins; made where it is not there. */
async function provide(part, version, make) {
  const pins = ['go.mod', 'go.sum', 'main.go'].map((name) => path.join(moduleOf(part), name));
  const folder = inTools(`cluster-${part}`, `${version}-${hashOfFiles(pins).slice(0, 8)}`);
  if (!existsSync(folder)) await makeWhole(folder, make);
  return folder;
}

const moduleOf = (part) => inRoot('scripts/cluster/go', part);

async function makeKubernetes(draft) {
  if (!(await downloadedKubernetes(draft))) await buildKubernetes(draft);
}

async function downloadedKubernetes(draft) {
  if (!(await canReach('https://dl.k8s.io'))) return false;
  const folder = `https://dl.k8s.io/v${KUBERNETES.version}/bin/linux/${vendorPlatform().machine}`;
  say(`  get    Kubernetes ${KUBERNETES.version} (${KUBERNETES_PROGRAMS.join(', ')})`);
  try {
    for (const name of KUBERNETES_PROGRAMS)
      await downloadProgram(`${folder}/${name}`, path.join(draft, name));
    return true;
  } catch (error) {
    say(`  note   ${error.message}; building it from source instead`);
    return false;
  }
}

async function buildKubernetes(draft) {
  refuseWithoutGo('Kubernetes');
  const version = 'k8s.io/component-base/version';
  const [major, minor] = KUBERNETES.version.split('.');
  const said = {
    gitVersion: `v${KUBERNETES.version}`,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
  };
  await installGoPrograms({
    what: `build Kubernetes ${KUBERNETES.version}`,
    expect: `${KUBERNETES.minutes} min on 2 cores`,
    args: [...ldflags(version, said), ...KUBERNETES_PROGRAMS.map((name) => `k8s.io/kubernetes/cmd/${name}`)],
    cwd: moduleOf('kubernetes'),
    into: draft,
    env: { CGO_ENABLED: '0' },
  });
}

async function buildIstiod(draft) {
  refuseWithoutGo('istiod');
  await installGoPrograms({
    what: `build istiod ${ISTIO.version}`,
    expect: `${ISTIO.minutes} min on 2 cores`,
    args: [
      ...ldflags('istio.io/istio/pkg/version', { buildVersion: ISTIO.version }),
      'istio.io/istio/pilot/cmd/pilot-discovery',
    ],
    cwd: moduleOf('istio'),
    into: draft,
    env: { CGO_ENABLED: '0' },
  });
}

async function buildInit(draft) {
  refuseWithoutGo('the first process of a pod');
  await installGoPrograms({
    what: 'build the first process of a pod',
    expect: '5s',
    args: [...ldflags('main', {}), '.'],
    cwd: moduleOf('init'),
    into: draft,
    env: { CGO_ENABLED: '0' },
  });
}

/** Descriptions of custom resources, as their makers publish them in their modules. */
function copyManifests(draft) {
  refuseWithoutGo('descriptions of custom resources');
  const istio = folderOfModule('istio', 'istio.io/istio');
  const gateways = folderOfModule('istio', 'sigs.k8s.io/gateway-api');
  const operator = folderOfModule('manifests', 'github.com/prometheus-operator/prometheus-operator');
  cpSync(path.join(istio, 'manifests/charts/base/files/crd-all.gen.yaml'), path.join(draft, 'istio.yaml'));
  const standard = path.join(gateways, 'config/crd/standard');
  for (const name of readdirSync(standard).filter((name) => name.startsWith('gateway.networking.k8s.io_')))
    cpSync(path.join(standard, name), path.join(draft, name));
  const monitors = 'monitoring.coreos.com_servicemonitors.yaml';
  cpSync(path.join(operator, 'example/prometheus-operator-crd', monitors), path.join(draft, monitors));
}

function folderOfModule(part, module) {
  const options = { cwd: moduleOf(part), env: goEnvironment(), timeout: 300_000 };
  const answer = outputOf('go', ['mod', 'download', '-json', module], options);
  if (answer === undefined) throw new SetupError(`\`go mod download ${module}\` fails in ${moduleOf(part)}`);
  return JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)).Dir;
}

const ldflags = (place, values) => [
  '-ldflags',
  ['-s -w', ...Object.entries(values).map(([name, value]) => `-X ${place}.${name}=${value}`)].join(' '),
];

function refuseWithoutGo(what) {
  const problem = missingGo([what]);
  if (problem !== undefined) throw new SetupError(problem);
}
