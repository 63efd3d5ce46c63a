import { execFileSync } from 'node:child_process';

/** The addresses of one cluster: a network of its own, joined to this machine by one link. */
export interface ClusterNetwork {
  /** This machine, as pods reach it. */
  readonly hostAddress: string;
  /** The node, as this machine reaches it. */
  readonly nodeAddress: string;
  readonly podRange: string;
  readonly serviceRange: string;
  /** The API server, as pods reach it. */
  readonly apiServiceAddress: string;
}

const MOST_CLUSTERS = 16;

/** @throws Error where every range is taken by a route of this machine */
export function chooseNetwork(routes: readonly string[] = routesOfMachine()): ClusterNetwork {
  for (let at = 0; at < MOST_CLUSTERS; at += 1) {
    const ranges = ['10.250', '10.251', '10.252'].map((start) => `${start}.${at}.0/24`);
    const isFree = ranges.every((range) => !routes.some((route) => isNarrow(route) && overlap(range, route)));
    if (isFree) return networkAt(at);
  }
  throw new Error(
    'Each of 10.250.0.0/24 to 10.250.15.0/24, and 10.251 and 10.252 likewise, is in use here (`ip route`); end what uses them',
  );
}

function networkAt(at: number): ClusterNetwork {
  return {
    hostAddress: `10.250.${at}.1`,
    nodeAddress: `10.250.${at}.2`,
    podRange: `10.251.${at}.0/24`,
    serviceRange: `10.252.${at}.0/24`,
    apiServiceAddress: `10.252.${at}.1`,
  };
}

/** Destinations of the machine's routes, such as `10.0.0.0/8`. */
function routesOfMachine(): readonly string[] {
  const routes = JSON.parse(
    execFileSync('ip', ['-json', '-4', 'route', 'show', 'table', 'all'], { encoding: 'utf8' }),
  ) as {
    readonly dst: string;
  }[];
  return routes.map(({ dst }) => dst).filter((destination) => destination !== 'default');
}

/** A wide route, such as a VPN's over all of 10.0.0.0/8, gives way to the cluster's narrower ones. */
const isNarrow = (range: string): boolean => bitsOf(range) >= 16;

/** Whether two ranges in the notation `10.250.0.0/24` share an address. */
export function overlap(one: string, other: string): boolean {
  const bits = Math.min(bitsOf(one), bitsOf(other));
  return bits === 0 || startOf(one) >>> (32 - bits) === startOf(other) >>> (32 - bits);
}

const bitsOf = (range: string): number => Number(range.split('/')[1] ?? 32);

function startOf(range: string): number {
  const [address = ''] = range.split('/');
  return address.split('.').reduce((sum, part) => (sum << 8) + Number(part), 0) >>> 0;
}
