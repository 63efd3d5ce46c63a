import type { V1Service } from '@kubernetes/client-node';
import type { LaneRef } from '../../core/ids.ts';
import type { Manifest } from '../api/cluster.ts';
import { namesOf, podSelector } from '../names.ts';
import { httpPort } from './containers.ts';
import { sharedLabels } from './metadata.ts';
import type { Plain } from './plain.ts';

interface ServiceOf {
  readonly lane: LaneRef;
  readonly service: string;
}

const ports = [{ name: httpPort, port: 80, targetPort: httpPort, appProtocol: 'http' }];

/** What users and routes know: every arm, until a router narrows its selector. */
export const mainService = ({ lane, service }: ServiceOf): Manifest =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: service, labels: sharedLabels(lane) },
    spec: { selector: podSelector(service), ports },
  }) satisfies Plain<V1Service>;

/** Labels of the Service that Prometheus finds all arms by. */
export const metricsLabels = (lane: LaneRef) => ({
  ...sharedLabels(lane),
  'app.kubernetes.io/component': 'metrics',
});

/** Every replica of every arm, by its own address. */
export const metricsService = ({ lane, service }: ServiceOf): Manifest =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: namesOf(service).metrics, labels: metricsLabels(lane) },
    spec: { clusterIP: 'None', selector: podSelector(service), ports },
  }) satisfies Plain<V1Service>;
