import type { ApprovalPolicy } from '../core/approval-policy.ts';
import type { EnvironmentPlan, LoadTestSpec, ReleasePlan } from '../core/release.ts';
import type { ServeSpec } from '../core/serving.ts';
import type { Guardrail, WatchPolicy } from '../core/watch.ts';
import { toBlueGreenSpec, toContainerSpec } from './cluster-plan.ts';
import type { EnvironmentSettings } from './environment-config.ts';
import { modelOf } from './project-config.ts';
import type { ProjectConfig } from './project-config.ts';
import type { ReleaseConfig } from './release-config.ts';
import type { Shared } from './step-spec.ts';
import { toEnvironment, toStepSpec } from './step-spec.ts';

/** An environment after its overlays: what the plan needs of it, and who is told at which limits. */
export interface ResolvedEnvironment {
  readonly plan: EnvironmentPlan;
  readonly monitoring: EnvironmentSettings['monitoring'];
  /** Roles that the operator's file has for it. */
  readonly roles: readonly string[];
}

/** All that a release does. `release` is the file's part with the overlays laid over it. */
export function toReleasePlan(
  config: ProjectConfig,
  release: ReleaseConfig,
  staging: ResolvedEnvironment,
  production: ResolvedEnvironment,
): ReleasePlan {
  const { train, evaluate, gate, approval, canary, lane, stabilization } = release;
  return {
    model: modelOf(config),
    experiment: config.experiment,
    train: toStepSpec('train', [], train, config),
    evaluate: toStepSpec(
      'evaluate',
      ['train'],
      { ...evaluate, metrics: evaluate.metrics ?? evaluatedMetrics },
      config,
    ),
    minimum: gate.minimum,
    noWorseThanChampionBy: gate.noWorseThanChampionBy,
    serve: toServeSpec(release.serve, config),
    staging: staging.plan,
    production: production.plan,
    integration: toStepSpec('integration', [], release.integration, config),
    loadTest: toLoadTestSpec(release.loadTest, config),
    approval: toApprovalPolicy(approval, production.roles),
    ...(lane.supersede || lane.hotfixMayInterruptCanary ? { lane } : {}),
    canary: {
      weights: canary.weights,
      durationMs: canary.duration,
      watch: toWatchPolicy(canary, canaryGuardrails(canary, production.monitoring)),
    },
    ...(release.strategy === 'blueGreen' ? { blueGreen: toBlueGreenSpec(release.blueGreen, config) } : {}),
    stabilization: {
      durationMs: stabilization.duration,
      watch: toWatchPolicy(stabilization, [errorsBelow(stabilization.errors), p95Below(stabilization.p95)]),
    },
    ...(release.onRollback.revertPullRequest ? { onRollback: { revertPullRequest: true } } : {}),
    metrics: release.metrics,
  };
}

/** What is as by default is left out, so that the plan of a file that says nothing stays as it was in version 0.1. */
function toApprovalPolicy(
  approval: ReleaseConfig['approval'],
  rolesThere: readonly string[],
): ApprovalPolicy {
  const { escalateAfter, escalateTo, expires, quorum, remindAfter, required } = approval;
  const roles = approval.roles ?? rolesThere;
  return {
    required,
    expiresMs: expires,
    ...(quorum === 1 ? {} : { quorum }),
    ...(roles.length === 0 ? {} : { roles }),
    ...(approval.notTheAuthor ? { notTheAuthor: true } : {}),
    ...(approval.rejectNeedsReason ? { rejectNeedsReason: true } : {}),
    ...(remindAfter === undefined ? {} : { remindAfterMs: remindAfter }),
    ...(escalateAfter === undefined ? {} : { escalateAfterMs: escalateAfter }),
    ...(escalateTo === undefined ? {} : { escalateTo }),
  };
}

/** The gate reads the evaluation's metrics, so they are kept even where the file does not say so. */
const evaluatedMetrics = { file: 'metrics.json', minimum: {} };

function toServeSpec(serve: ReleaseConfig['serve'], shared: Shared): ServeSpec {
  const { run, healthPath, metricsPath, versionHeader, startTimeout, container } = serve;
  return {
    run,
    healthPath,
    metricsPath,
    versionHeader,
    ...toEnvironment(serve, shared),
    startTimeoutMs: startTimeout,
    ...(container === undefined ? {} : { container: toContainerSpec(container) }),
  };
}

function toLoadTestSpec(loadTest: ReleaseConfig['loadTest'], shared: Shared): LoadTestSpec {
  const { env, secrets } = toEnvironment({ ...loadTest, requirements: [] }, shared);
  const stages = loadTest.stages?.map(({ duration, target }) => ({ durationMs: duration, target }));
  return {
    script: loadTest.script,
    env,
    secrets,
    ...(stages === undefined ? {} : { stages }),
    p95LimitMs: loadTest.p95,
    errorLimit: loadTest.errors,
    timeoutMs: loadTest.timeout,
  };
}

type Watched = Omit<ReleaseConfig['stabilization'], 'errors' | 'p95' | 'duration'>;

const toWatchPolicy = (watched: Watched, guardrails: readonly Guardrail[]): WatchPolicy => ({
  guardrails,
  alpha: watched.alpha,
  minimumRequests: watched.minimumRequests,
  intervalMs: watched.interval,
  maxExtensionMs: watched.maxExtension,
  onNoData: watched.onNoData,
  onTooFewRequests: watched.onTooFewRequests,
});

/** The canary's own limits, else those at which monitoring tells somebody, else the guide's 1 % of errors. */
function canaryGuardrails(
  canary: ReleaseConfig['canary'],
  monitoring: EnvironmentSettings['monitoring'],
): readonly Guardrail[] {
  const errors = canary.errors ?? monitoring?.alert_threshold_error_rate ?? 0.01;
  const p95 = canary.p95 ?? monitoring?.alert_threshold_latency;
  return p95 === undefined ? [errorsBelow(errors)] : [errorsBelow(errors), p95Below(p95)];
}

const errorsBelow = (limit: number): Guardrail => ({ sli: 'errors', limit });

/** P95 is at most `milliseconds` when at most 5 % of the requests are slower. */
const p95Below = (milliseconds: number): Guardrail => ({
  sli: 'latency',
  limit: 0.05,
  thresholdSeconds: milliseconds / 1_000,
});
