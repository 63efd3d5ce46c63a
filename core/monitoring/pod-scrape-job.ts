/** How a Prometheus outside of the operator's finds the replicas on a cluster. */

/** Where the pods of an environment are. */
export interface ScrapedNamespace {
  readonly environment: string;
  readonly namespace: string;
  /** Kubeconfig whose current context is the cluster; absent: Prometheus runs on the cluster itself. */
  readonly kubeconfig?: string;
}

/**
 * A scrape configuration (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#kubernetes_sd_config)
 * for the replicas that Longhaul runs in a namespace, under the labels that a watch asks for. Pods say by annotation
 * whose they are: an annotation, unlike a label, holds any name.
 */
export const podScrapeJob = ({
  environment,
  namespace,
  kubeconfig,
}: ScrapedNamespace): Readonly<Record<string, unknown>> => ({
  job_name: `models-${environment}`,
  kubernetes_sd_configs: [
    {
      role: 'pod',
      namespaces: { names: [namespace] },
      ...(kubeconfig === undefined ? {} : { kubeconfig_file: kubeconfig }),
    },
  ],
  relabel_configs: [
    keepWhere(`${annotation}longhaul_dev_environment`, environment),
    keepWhere('__meta_kubernetes_pod_container_port_name', 'http'),
    keepWhere('__meta_kubernetes_pod_phase', 'Running'),
    ...scrapeRules.map(({ from, regex, to, value }) => ({
      ...{ source_labels: from, regex, target_label: to },
      ...(value === undefined ? {} : { replacement: value }),
    })),
  ],
});

const annotation = '__meta_kubernetes_pod_annotation_';

/** What Prometheus makes of what it knows of a pod. */
export interface RelabelRule {
  readonly from: readonly string[];
  readonly regex: string;
  readonly to: string;
  /** Default: what the expression has caught. */
  readonly value?: string;
}

const copy = (from: string, to: string): RelabelRule => ({ from: [from], regex: '(.+)', to });

/**
 * Where a replica is scraped, and under which labels. Port and path are those of its annotations: where Istio has put a
 * sidecar beside the server, it has written its own there.
 */
export const scrapeRules: readonly RelabelRule[] = [
  copy(`${annotation}prometheus_io_path`, '__metrics_path__'),
  {
    from: ['__address__', `${annotation}prometheus_io_port`],
    ...{ regex: '(.+?)(?::\\d+)?;(\\d+)', to: '__address__', value: '$1:$2' },
  },
  copy(`${annotation}longhaul_dev_environment`, 'environment'),
  copy(`${annotation}longhaul_dev_model`, 'model'),
  copy(`${annotation}longhaul_dev_arm`, 'arm'),
  copy('__meta_kubernetes_pod_label_longhaul_dev_track', 'track'),
  copy('__meta_kubernetes_pod_label_longhaul_dev_colour', 'colour'),
  copy('__meta_kubernetes_pod_name', 'replica'),
];

const keepWhere = (source: string, regex: string): object => ({
  action: 'keep',
  source_labels: [source],
  regex,
});
