import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { StepActivities } from '../activities/contracts.ts';
import type { CiStepResult } from '../core/ci.ts';
import type { StepOutcome } from '../core/step.ts';

const runStep = 'runStep' satisfies keyof StepActivities;

/** How the steps of a CI run that has no result yet have ended so far, from its history; steps that run again are not in it. */
export async function endedSteps(client: Client, id: string): Promise<readonly CiStepResult[]> {
  const { events } = await client.workflow.getHandle(id).fetchHistory();
  const names = new Map<string, string>();
  const ended = new Map<string, StepOutcome>();
  for (const { eventId, ...event } of events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled?.activityType?.name === runStep) {
      const { step } = firstOf(scheduled.input) as Parameters<StepActivities[typeof runStep]>[0];
      names.set(String(eventId), step.name);
      ended.delete(step.name);
    }
    const completed = event.activityTaskCompletedEventAttributes;
    const name = names.get(String(completed?.scheduledEventId));
    if (name !== undefined) ended.set(name, firstOf(completed?.result) as StepOutcome);
  }
  return [...ended].map(([name, outcome]) => ({ name, outcome }));
}

type Payload = Parameters<typeof defaultPayloadConverter.fromPayload>[0];

function firstOf(given: { readonly payloads?: readonly Payload[] | null } | null | undefined): unknown {
  const payload = given?.payloads?.[0];
  return payload === undefined ? undefined : defaultPayloadConverter.fromPayload(payload);
}
