/** Proxies of every activity, by area. Types only: no activity code reaches the bundle. */
import { proxyActivities } from '@temporalio/workflow';
import type { ActivityInterfaceFor, ActivityOptions } from '@temporalio/workflow';
import type {
  AnnounceActivities,
  DeliveryActivities,
  ApprovalActivities,
  GitActivities,
  LaneActivities,
  LoadTestActivities,
  PressActivities,
  RecordActivities,
  RegistryActivities,
  RolloutActivities,
  StepActivities,
  TriggerActivities,
  WatchActivities,
} from '../activities/contracts.ts';
import { attemptWords } from '../core/retry.ts';
import type { StepAttempt } from '../core/retry.ts';
import type { StepSpec } from '../core/step.ts';
import { summaryOf } from '../core/summary.ts';
import { attemptProfile, loadTestProfile, profiles, stepProfile } from './profiles.ts';

/** Activities of an area; each call says what it is for, as the Temporal UI shows it. */
const area =
  <T extends object>(options: ActivityOptions) =>
  (summary: string): ActivityInterfaceFor<T> =>
    proxyActivities<T>({ ...options, summary: summaryOf(summary) });

export const git = area<GitActivities>(profiles.git);
export const records = area<RecordActivities>(profiles.records);
/** Saves in passing: the next one makes up for one that failed. */
export const saving = area<RecordActivities>(profiles.saving);
export const lanes = area<LaneActivities>(profiles.lanes);
export const approvals = area<ApprovalActivities>(profiles.approvals);
/** What people have pressed in Slack. */
export const presses = area<PressActivities>(profiles.approvals);
/** What the forge could not deliver. */
export const deliveries = area<DeliveryActivities>(profiles.deliveries);
/** Decisions of what starts what, by git and the forge, and the starts themselves. */
export const triggers = area<TriggerActivities>(profiles.triggers);
export const registry = area<RegistryActivities>(profiles.registry);
export const rollout = area<RolloutActivities>(profiles.rollout);
export const deploying = area<RolloutActivities>(profiles.deploy);
export const watching = area<WatchActivities>(profiles.look);
export const checking = area<WatchActivities>(profiles.deploy);
export const undoRegistry = area<RegistryActivities>(profiles.undoRegistry);
export const undoRollout = area<RolloutActivities>(profiles.undo);

export const announcing = area<AnnounceActivities>(profiles.records);
export const tellingForge = area<AnnounceActivities>(profiles.tellForge);
export const tellingChat = area<AnnounceActivities>(profiles.tellChat);

/** All attempts of a step, as version 0.1.0 let Temporal count them. */
export const stepOf = (step: StepSpec): StepActivities => proxyActivities<StepActivities>(stepProfile(step));
export const attemptOf = (step: StepSpec, attempt: StepAttempt): StepActivities =>
  proxyActivities<StepActivities>(attemptProfile(step, [step.name, ...attemptWords(attempt)].join(': ')));
export const loadTestOf = (timeoutMs: number): LoadTestActivities =>
  proxyActivities<LoadTestActivities>(loadTestProfile(timeoutMs));
