import { workflowInfo } from '@temporalio/workflow';
import type { EnvironmentPlan, ReleaseInput, ReleasePlan } from '../../core/release.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { RunContext } from '../../core/step.ts';
import type { Compensations } from './compensations.ts';
import type { Controls } from './controls.ts';
import type { Ledger } from './ledger.ts';

/** What every part of a release works with. */
export interface Release {
  readonly input: ReleaseInput;
  readonly plan: ReleasePlan;
  readonly configDigest: string;
  readonly ledger: Ledger;
  readonly controls: Controls;
  readonly compensations: Compensations;
}

export const laneOf = (release: Release, environment: EnvironmentPlan): LaneRef => ({
  model: release.plan.model,
  environment: environment.name,
});

/** The context of a command that runs for this release with an environment's values. */
export const runContext = (release: Release, environment: EnvironmentPlan): RunContext => ({
  id: workflowInfo().workflowId,
  project: release.input.project,
  commit: release.input.commit,
  configDigest: release.configDigest,
  overlay: environment.overlay,
  runId: workflowInfo().runId,
});
