import type { ReleasePlan } from '../../../../core/release.ts';
import type { ResolvedPlan } from '../../../../activities/contracts.ts';
import type { WatchPolicy } from '../../../../core/watch.ts';
import { plan, policy } from '../../../workflow/plan.ts';
import { testCluster } from '../../support/cluster.ts';
import { quickServer, smallDeployment } from './serve-specs.ts';

const errorsAbove = (limit: number, minimumRequests: number): WatchPolicy =>
  policy({
    guardrails: [{ sli: 'errors', limit }],
    ...{ intervalMs: 500, minimumRequests, maxExtensionMs: 60_000 },
  });

/** Times of seconds, for a lane without users: nobody is asked, no request is waited for. */
export const withoutUsers: Partial<ReleasePlan> = {
  canary: { weights: [100], durationMs: 500, watch: errorsAbove(0.05, 0) },
  stabilization: { durationMs: 500, watch: errorsAbove(0.05, 0) },
};

const guide = plan();

/** The guide's release in seconds: two small replicas in production, weights of 5, 25, 50 and 100 percent. */
export function usualPlan(model: string): ReleasePlan {
  if (guide.release === undefined) throw new Error('The plan has a release.');
  return {
    ...guide.release,
    model,
    minimum: {},
    serve: quickServer(testCluster().flightsImage),
    staging: { name: 'staging', replicas: 1, overlay: {}, deployment: smallDeployment },
    production: { name: 'production', replicas: 2, overlay: {}, deployment: smallDeployment },
    approval: { required: false, expiresMs: 60_000 },
    canary: { weights: [5, 25, 50, 100], durationMs: 6_000, watch: errorsAbove(0.05, 20) },
    stabilization: { durationMs: 2_000, watch: errorsAbove(0.05, 20) },
  };
}

export const resolved = (release: ReleasePlan): ResolvedPlan => ({ ...guide, release });
