/** Proxies of every activity, by area. Types only: no activity code reaches the bundle. */
import { proxyActivities } from '@temporalio/workflow';
import type {
  GitActivities,
  LaneActivities,
  LoadTestActivities,
  RecordActivities,
  RegistryActivities,
  RolloutActivities,
  StepActivities,
  WatchActivities,
} from '../activities/contracts.ts';
import type { StepSpec } from '../core/step.ts';
import { loadTestProfile, profiles, stepProfile } from './profiles.ts';

export const git = proxyActivities<GitActivities>(profiles.git);
export const records = proxyActivities<RecordActivities>(profiles.records);
/** Saves in passing: the next one makes up for one that failed. */
export const saving = proxyActivities<RecordActivities>(profiles.saving);
export const lanes = proxyActivities<LaneActivities>(profiles.records);
export const registry = proxyActivities<RegistryActivities>(profiles.registry);
export const watching = proxyActivities<WatchActivities>(profiles.look);
export const checking = proxyActivities<WatchActivities>(profiles.deploy);
export const undoRegistry = proxyActivities<RegistryActivities>(profiles.undoRegistry);
export const undoRollout = proxyActivities<RolloutActivities>(profiles.undo);

/** Rollout calls with what they are for, as the Temporal UI shows it. */
export const rollout = (summary: string): RolloutActivities =>
  proxyActivities<RolloutActivities>({ ...profiles.rollout, summary });
export const deploying = (summary: string): RolloutActivities =>
  proxyActivities<RolloutActivities>({ ...profiles.deploy, summary });

export const stepOf = (step: StepSpec): StepActivities => proxyActivities<StepActivities>(stepProfile(step));
export const loadTestOf = (timeoutMs: number): LoadTestActivities =>
  proxyActivities<LoadTestActivities>(loadTestProfile(timeoutMs));
