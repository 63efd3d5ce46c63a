import type { WebhooksConfig } from '../../config/front-door-config.ts';

/** Where a server that listens on `host` is reached from its own machine. */
export function addressHere({ host, port }: Pick<WebhooksConfig, 'host' | 'port'>): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
