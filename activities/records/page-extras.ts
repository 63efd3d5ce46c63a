import type { CiStepResult } from '../../core/ci.ts';
import type { StepFingerprint } from '../../core/fingerprint.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { CiPageExtras } from '../../core/render/ci-html.ts';
import type { CurvePoint } from '../../core/render/html/curve.ts';
import { factsOf } from '../../core/render/step-words.ts';
import { parseEpoch, progressDocument } from '../steps/progress.ts';
import { readFingerprint } from '../store/fingerprints.ts';

/** What the store knows of a run's steps beyond their outcomes; what it has lost is left out, a report comes always. */
export async function readPageExtras(
  store: ArtifactStore,
  steps: readonly CiStepResult[],
): Promise<CiPageExtras> {
  const [fingerprints, curves] = await Promise.all([
    ofEach(steps, (step) => fingerprintOf(store, step)),
    ofEach(steps, (step) => curveOf(store, step)),
  ]);
  return { fingerprints, curves };
}

async function ofEach<T extends object>(
  steps: readonly CiStepResult[],
  read: (step: CiStepResult) => Promise<T | null>,
): Promise<ReadonlyMap<string, T>> {
  const found = new Map<string, T>();
  for (const step of steps) {
    const value = await read(step).catch(() => null);
    if (value !== null) found.set(step.name, value);
  }
  return found;
}

async function fingerprintOf(
  store: ArtifactStore,
  { outcome }: CiStepResult,
): Promise<StepFingerprint | null> {
  const digest = factsOf(outcome)?.fingerprint;
  return digest === undefined ? null : readFingerprint(store, digest);
}

async function curveOf(
  store: ArtifactStore,
  { outcome }: CiStepResult,
): Promise<readonly CurvePoint[] | null> {
  const document = factsOf(outcome)?.documents.find(({ name }) => name === progressDocument);
  if (document === undefined) return null;
  const lines = (await store.getText(document.digest)).split('\n');
  return lines.map(parseEpoch).filter((epoch) => epoch !== null);
}
