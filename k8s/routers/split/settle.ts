import { setTimeout as pause } from 'node:timers/promises';

/** Proxies learn of routes and of what these name by separate ways: within this time both have come. */
const proxiesLearnWithinMs = 2_000;

/** Between a route and what it names (a subset, a Service, pods), in either order: a proxy that knows one alone answers 503. */
export const proxiesSettled = (): Promise<void> => pause(proxiesLearnWithinMs);
