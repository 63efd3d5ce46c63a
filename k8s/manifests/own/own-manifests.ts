import { formatProblems } from '../../../config/format-problems.ts';
import { LonghaulError } from '../../../core/errors.ts';
import type { Manifest } from '../../api/cluster.ts';
import { sharedManifests } from '../arm-manifests.ts';
import { configMap } from '../config-map.ts';
import type { ArmInSlot, ArmManifests } from '../given.ts';
import { sharedLabels } from '../metadata.ts';
import { judgeObjects } from './judge-objects.ts';
import { configsIn, namedByContent, withConfigNames } from './name-configs.ts';
import { readObjects, type ManifestFile, type ReadObjects } from './read-objects.ts';
import {
  autoscalerInSlot,
  budgetInSlot,
  deploymentInSlot,
  protects,
  scales,
  serviceOfLane,
} from './take-over.ts';
import { manifestVariables } from './variables.ts';

/** A folder of a project's manifests at a commit. */
export interface OwnFolder {
  /** Its path in the repository. */
  readonly folder: string;
  readonly files: readonly ManifestFile[];
}

/**
 * The manifests of an arm in a slot from the project's own files, in place of Longhaul's.
 *
 * @param monitored whether the cluster knows ServiceMonitors
 * @throws LonghaulError InvalidConfig, with the file, line and mend of everything that is wrong
 */
export function ownManifests(given: ArmInSlot, own: OwnFolder, monitored: boolean): ArmManifests {
  const { objects, problems } = judgeFolder(given, own);
  const manifests = objects.map(({ manifest }) => withoutNamespace(manifest));
  const deployment = manifests.find(({ kind }) => kind === 'Deployment');
  if (deployment === undefined || problems.length > 0)
    throw new LonghaulError(
      'InvalidConfig',
      `The manifests of ${given.arm.project} at ${given.arm.commit.slice(0, 12)} are wrong:\n${formatProblems(problems)}`,
    );
  return inSlot(given, { manifests, deployment, config: configMap(given) }, monitored);
}

/** The objects of a folder with an arm's values in them, and everything that is wrong with them. */
export function judgeFolder(given: ArmInSlot, { folder, files }: OwnFolder): ReadObjects {
  const values = manifestVariables(given, configMap(given));
  const read = files.map((file) => readObjects(file, values));
  const objects = read.flatMap((each) => each.objects);
  const problems = read.flatMap((each) => each.problems);
  return { objects, problems: [...problems, ...judgeObjects(objects, folder, given)] };
}

interface Own {
  readonly manifests: readonly Manifest[];
  readonly deployment: Manifest;
  /** Longhaul's, for whom asks for it. */
  readonly config: Manifest;
}

function inSlot(given: ArmInSlot, { manifests, deployment, config }: Own, monitored: boolean): ArmManifests {
  const labels = sharedLabels(given.lane);
  const used = new Set(configsIn(deployment));
  const named = manifests
    .filter(({ kind, metadata }) => kind === 'ConfigMap' && used.has(metadata.name))
    .map((own) => ({ own, made: namedByContent(own, labels) }));
  const names = new Map(named.map(({ own, made }) => [own.metadata.name, made.metadata.name]));
  const autoscalers = manifests.filter((manifest) => scales(deployment, manifest));
  const budgets = manifests.filter((manifest) => protects(deployment, manifest));
  const taken = new Set([deployment, ...named.map(({ own }) => own), ...autoscalers, ...budgets]);
  const others = manifests.filter((manifest) => !taken.has(manifest));
  const renamed = (manifest: Manifest): Manifest => withConfigNames(manifest, names);
  return {
    configs: [...(used.has(config.metadata.name) ? [config] : []), ...named.map(({ made }) => made)],
    deployment: renamed(deploymentInSlot(given, deployment, autoscalers.length > 0)),
    around: [
      ...autoscalers.map((own) => autoscalerInSlot(given, own)),
      ...budgets.map((own) => budgetInSlot(given, own)),
    ],
    shared: withOthers(given, others.map(renamed), monitored),
  };
}

/** Longhaul's Services and monitor but where the project has its own; the rest of its objects come with the stable arm. */
function withOthers(given: ArmInSlot, others: readonly Manifest[], monitored: boolean): readonly Manifest[] {
  const isMain = ({ kind, metadata }: Manifest): boolean =>
    kind === 'Service' && metadata.name === given.service;
  const ownMain = others.filter(isMain).map((own) => serviceOfLane(given, own));
  const ownMonitor = others.some(({ kind }) => kind === 'ServiceMonitor');
  return [
    ...ownMain,
    ...sharedManifests(given, monitored && !ownMonitor).filter(
      (manifest) => ownMain.length === 0 || !isMain(manifest),
    ),
    ...(given.slot === 'candidate'
      ? []
      : others.filter((other) => !isMain(other)).map((other) => labelled(given, other))),
  ];
}

/** A ConfigMap of nobody's pods stays without the lane's labels: those that no Deployment refers to are cleaned away. */
const labelled = ({ lane }: ArmInSlot, manifest: Manifest): Manifest =>
  manifest.kind === 'ConfigMap'
    ? manifest
    : {
        ...manifest,
        metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, ...sharedLabels(lane) } },
      };

/** Everything goes to the namespace of the environment. */
function withoutNamespace(manifest: Manifest): Manifest {
  const { namespace: _, ...metadata } = manifest.metadata;
  return { ...manifest, metadata };
}
