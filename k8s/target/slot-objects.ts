import { z } from 'zod';
import type { Labels, Manifest } from '../api/cluster.ts';
import { keys, namesOf, slotSelector, type Slot } from '../names.ts';
import { autoscaled } from './comparable.ts';
import { kinds } from './kinds.ts';

const selecting = z.object({ selector: z.object({ matchLabels: z.record(z.string(), z.string()) }) });

/** Whether the object of a lane is a slot's Deployment, or stands around it: its autoscaler, its disruption budget. */
export function isOfSlot(service: string, slot: Slot, object: Manifest): boolean {
  const name = namesOf(service).deployment(slot);
  switch (object.kind) {
    case kinds.deployment.kind:
      return object.metadata.name === name;
    case kinds.autoscaler.kind:
      return autoscaled([object]).includes(name);
    case kinds.disruptionBudget.kind: {
      const labels = budgetLabels(object);
      // One that was adopted knows no tracks.
      if (labels[keys.track] === undefined && labels[keys.colour] === undefined) return slot === 'stable';
      return Object.entries(slotSelector(service, slot)).every(([key, value]) => labels[key] === value);
    }
    default:
      return false;
  }
}

/** Labels of the pods that a disruption budget protects; empty where it says so by expressions. */
export const budgetLabels = ({ spec }: Manifest): Labels =>
  selecting.safeParse(spec).data?.selector.matchLabels ?? {};
