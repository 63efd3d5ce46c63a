/** Envoy's own configuration: admin pages, and listeners and clusters from files that are moved into place. */
export function bootstrap(adminPort: number, files: { readonly lds: string; readonly cds: string }): object {
  const fromFile = (path: string): object => ({ resource_api_version: 'V3', path_config_source: { path } });
  return {
    node: { id: 'longhaul', cluster: 'longhaul' },
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: adminPort } } },
    dynamic_resources: { lds_config: fromFile(files.lds), cds_config: fromFile(files.cds) },
  };
}
