import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { ArmSpec } from '../../core/serving.ts';
import type { Labels, Manifest } from '../api/cluster.ts';
import { deploymentAnnotations } from '../manifests/metadata.ts';
import { armLabels, keys, laneLabels, podSelector, slotSelector } from '../names.ts';
import { armIn } from './arm-annotation.ts';
import { isFields, type Fields } from './comparable.ts';
import { layoutFor } from './layout.ts';

/** A server that others have deployed, and what stands around it, as they are. */
export interface MadeByOthers {
  readonly lane: LaneRef;
  readonly service: string;
  readonly deployment: Manifest;
  readonly serviceObject: Manifest;
  /** Autoscalers and disruption budgets of its pods. */
  readonly around: readonly Manifest[];
}

/** What adopting writes, in this order: pods are started anew once, with labels that tell their track. */
export interface Adoption {
  readonly deployment: Manifest;
  readonly around: readonly Manifest[];
  /** Once all pods carry the labels; null: it selects them already. */
  readonly serviceObject: Manifest | null;
  /** The same for people, a line each. */
  readonly changes: readonly string[];
}

/**
 * How the Deployment becomes a lane's stable arm, which serves `arm`. Its selector, which can never change, its
 * containers and its replicas stay as they are. Null when it is one.
 *
 * @throws LonghaulError Conflict for what cannot be adopted
 */
export function adoptionOf(found: MadeByOthers, arm: ArmSpec): Adoption | null {
  const { lane, service, deployment, serviceObject, around } = found;
  refuse(found, arm);
  const selects = selectorOf(serviceObject);
  const wanted = podSelector(service);
  const narrow = Object.keys(selects).some((key) => wanted[key] !== selects[key]);
  if (armIn(deployment) !== null && !narrow) return null;
  const added = { ...armLabels(lane, arm), ...slotSelector(service, 'stable') };
  return {
    deployment: asStable(deployment, lane, arm, added),
    around: around.map((object) => labelled(object, laneLabels(lane))),
    serviceObject: narrow ? withSelector(serviceObject, wanted) : null,
    changes: [
      `Deployment ${service} gets the annotation ${keys.spec}: version ${arm.version} of ${arm.model}, at commit ${arm.commit.slice(0, 12)}`,
      `its pods get the labels ${words(missing(added, templateLabels(deployment)))}, so they are started anew, once, as its strategy says`,
      ...around.map(
        ({ kind, metadata }) => `${kind} ${metadata.name} gets the labels ${words(laneLabels(lane))}`,
      ),
      ...(narrow
        ? [
            `then Service ${service} selects ${words(wanted)} instead of ${words(selects)}, so that a candidate is reached too`,
          ]
        : []),
    ],
  };
}

function refuse({ lane, service, deployment, serviceObject }: MadeByOthers, arm: ArmSpec): void {
  const conflict = (said: string, mend: string): LonghaulError =>
    new LonghaulError('Conflict', said, { mend });
  const known = armIn(deployment);
  if (known !== null && known.id !== arm.id)
    throw conflict(
      `Deployment ${service} is Longhaul’s already: it serves version ${known.version}.`,
      'Release to change that.',
    );
  if (layoutFor(arm.strategy) === 'colour')
    throw conflict(
      `${lane.environment} is to be released to blue-green, where Deployments are ${service}-blue and ${service}-green: ${service} cannot be adopted.`,
      'Release once beside it, let users’ route lead to the new Service, and delete it.',
    );
  const app = templateLabels(deployment)['app'];
  if (app !== undefined && app !== service)
    throw conflict(
      `The pods of Deployment ${service} carry app: ${app}, and those of a lane carry app: ${service}.`,
      `Name the Deployment and its Service ${app}, and say \`service: ${app}\` of ${lane.environment} in longhaul.server.yaml.`,
    );
  const port = arm.serve.container?.port;
  const [target] = portsOf(serviceObject);
  if (typeof target === 'number' && port !== undefined && target !== port)
    throw conflict(
      `Service ${service} sends to port ${target}, and the server of the next release listens on ${port}.`,
      'Let both be the same: `release.serve.container.port` in longhaul.yaml, or a port’s name in the Service.',
    );
}

function asStable(deployment: Manifest, lane: LaneRef, arm: ArmSpec, added: Labels): Manifest {
  const { metadata } = deployment;
  const spec = fieldsOf(deployment.spec);
  const template = fieldsOf(spec.template);
  const pods = fieldsOf(template.metadata);
  return {
    ...deployment,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, ...laneLabels(lane) },
      annotations: { ...metadata.annotations, ...deploymentAnnotations(arm) },
    },
    spec: {
      ...spec,
      template: {
        ...template,
        metadata: { ...pods, labels: { ...added, ...templateLabels(deployment), ...ours(added) } },
      },
    },
  };
}

/** A label that others gave the pods, such as the recommended ones, stays theirs; Longhaul's own are set. */
const ours = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => Object.values<string>(keys).includes(key)));

const labelled = (object: Manifest, labels: Labels): Manifest => ({
  ...object,
  metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } },
});

const withSelector = (service: Manifest, selector: Labels): Manifest => ({
  ...service,
  spec: { ...fieldsOf(service.spec), selector },
});

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

const stringsIn = (value: unknown): Labels =>
  Object.fromEntries(
    Object.entries(fieldsOf(value)).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  );

const selectorOf = ({ spec }: Manifest): Labels => stringsIn(fieldsOf(spec).selector);

export const templateLabels = ({ spec }: Manifest): Labels =>
  stringsIn(fieldsOf(fieldsOf(fieldsOf(spec).template).metadata).labels);

function portsOf({ spec }: Manifest): readonly unknown[] {
  const { ports } = fieldsOf(spec);
  return Array.isArray(ports) ? ports.map((port: unknown) => fieldsOf(port).targetPort) : [];
}

const missing = (labels: Labels, there: Labels): Labels =>
  Object.fromEntries(
    Object.entries(labels).filter(
      ([key, value]) => there[key] === undefined || (there[key] !== value && key in ours(labels)),
    ),
  );

const words = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
