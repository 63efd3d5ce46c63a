import { z } from 'zod';
import type { Manifest } from '../api/cluster.ts';

const words = z.record(z.string(), z.string());

const deploymentSchema = z.object({
  metadata: z.object({ name: z.string(), generation: z.int().default(0) }),
  spec: z.object({
    replicas: z.int().default(1),
    selector: z.object({ matchLabels: words.default({}) }),
    template: z.object({ metadata: z.object({ labels: words.default({}) }).prefault({}) }),
  }),
  status: z
    .object({
      observedGeneration: z.int().default(0),
      replicas: z.int().default(0),
      updatedReplicas: z.int().default(0),
      readyReplicas: z.int().default(0),
      availableReplicas: z.int().default(0),
    })
    .prefault({}),
});

/** What a Deployment says of itself, as far as a release asks. */
export type DeploymentView = Readonly<z.output<typeof deploymentSchema>>;

export const deploymentView = (manifest: Manifest): DeploymentView => deploymentSchema.parse(manifest);

/** Every replica is of the newest template and ready, and none of an earlier one is left. */
export function isRolledOut({ metadata, spec, status }: DeploymentView): boolean {
  return (
    status.observedGeneration >= metadata.generation &&
    status.updatedReplicas >= spec.replicas &&
    status.replicas <= status.updatedReplicas &&
    status.availableReplicas >= spec.replicas
  );
}

/** Replicas of the newest template that are surely ready: the status counts ready ones of all templates together. */
export const readyOfNewest = ({ status }: DeploymentView): number =>
  Math.max(0, status.availableReplicas - (status.replicas - status.updatedReplicas));
