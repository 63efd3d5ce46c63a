import { setTimeout as pause } from 'node:timers/promises';

/** A route is read back from the API server; the proxies that follow it learn of it a moment later. */
const learnWithinMs = 3_000;

/** Between taking the traffic from pods and taking the pods away: a proxy that is behind still sends to them. */
export const proxiesLearnt = (): Promise<void> => pause(learnWithinMs);
