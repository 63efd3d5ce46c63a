import { scrapeRules } from '../../core/monitoring/pod-scrape-job.ts';
import type { Kind, Manifest } from '../api/cluster.ts';
import { namesOf } from '../names.ts';
import { httpPort } from './containers.ts';
import type { ArmInSlot } from './given.ts';
import { metricsLabels } from './service.ts';

/** Known to clusters with the Prometheus Operator. */
export const serviceMonitorKind: Kind = { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor' };

/** Lets the Prometheus Operator scrape every arm, under the labels that a watch asks for; an arm says its own path. */
export const serviceMonitor = ({
  lane,
  service,
  environment,
}: Pick<ArmInSlot, 'lane' | 'service' | 'environment'>): Manifest => ({
  ...serviceMonitorKind,
  metadata: {
    name: namesOf(service).metrics,
    labels: { ...environment.monitorLabels, ...metricsLabels(lane) },
  },
  spec: {
    selector: { matchLabels: metricsLabels(lane) },
    endpoints: [
      {
        port: httpPort,
        interval: '5s',
        relabelings: scrapeRules.map(({ from, regex, to, value }) => ({
          ...{ sourceLabels: from, regex, targetLabel: to },
          ...(value === undefined ? {} : { replacement: value }),
        })),
      },
    ],
  },
});
