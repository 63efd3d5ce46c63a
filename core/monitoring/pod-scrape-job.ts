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
    copy(`${annotation}prometheus_io_path`, '__metrics_path__'),
    ...Object.entries(seriesLabels).map(([from, to]) => copy(from, to)),
  ],
});

const annotation = '__meta_kubernetes_pod_annotation_';

/** Labels of the series of a replica, by what Prometheus knows of its pod. */
export const seriesLabels: Readonly<Record<string, string>> = {
  [`${annotation}longhaul_dev_environment`]: 'environment',
  [`${annotation}longhaul_dev_model`]: 'model',
  [`${annotation}longhaul_dev_arm`]: 'arm',
  __meta_kubernetes_pod_label_longhaul_dev_track: 'track',
  __meta_kubernetes_pod_label_longhaul_dev_colour: 'colour',
  __meta_kubernetes_pod_name: 'replica',
};

const keepWhere = (source: string, regex: string): object => ({
  action: 'keep',
  source_labels: [source],
  regex,
});

const copy = (source: string, target: string): object => ({
  source_labels: [source],
  regex: '(.+)',
  target_label: target,
});
