import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTelling, stepFindings } from '../../../core/annotations/step-findings.ts';
import type { DocumentText } from '../../../core/annotations/step-findings.ts';
import type { ArtifactRef } from '../../../core/artifact.ts';
import type { CiStepResult } from '../../../core/ci.ts';
import { LonghaulError } from '../../../core/errors.ts';
import type { CiView, StepReading } from '../../../core/forge-view.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';
import { factsOf } from '../../../core/render/step-words.ts';
import { readDiagnostics } from '../../../core/training-diagnostics.ts';

type Store = Pick<ArtifactStore, 'getText' | 'getFile'>;

/** Of a longer log the end is read: there is what failed. */
const mostOfLog = 4 * 1024 * 1024;
/** The log of a step that passed is read when it is short: it has warnings at most. */
const mostOfPassed = 1024 * 1024;
const mostOfDocument = 4 * 1024 * 1024;

/**
 * What the logs and documents of steps say, by step. What the store has lost is left out; a step whose result was taken
 * over said what it says beside the commit that it is of.
 * @throws LonghaulError Unreachable
 */
export async function readSteps(store: Store, results: readonly CiStepResult[]): Promise<CiView['read']> {
  const read: [string, StepReading][] = [];
  for (const step of results) {
    const reading = await readStep(store, step);
    if (reading !== null) read.push([step.name, reading]);
  }
  return Object.fromEntries(read);
}

async function readStep(store: Store, { outcome }: CiStepResult): Promise<StepReading | null> {
  const facts = factsOf(outcome);
  if (facts === null || facts.takenFrom !== undefined) return null;
  const hasFailed = outcome.status !== 'passed';
  const { log: logged, documents: left } = facts;
  const isRead = logged !== undefined && (hasFailed || logged.size <= mostOfPassed);
  const log = isRead ? await endOf(store, logged) : '';
  const documents = hasFailed ? await readDocuments(store, left) : [];
  const [diagnostics] = documents.map(({ text }) => readDiagnostics(text)).filter((each) => each !== null);
  const report = documents.find(({ name, text }) => /\.(?:md|txt)$/.test(name) && text.trim() !== '');
  return {
    findings: stepFindings({ outcome, log, documents: documents.filter(({ name }) => isTelling(name)) }),
    ...(diagnostics === undefined ? {} : { diagnostics }),
    ...(report === undefined ? {} : { report }),
  };
}

async function readDocuments(store: Store, left: readonly ArtifactRef[]): Promise<readonly DocumentText[]> {
  const wanted = left.filter(
    ({ name, size }) => /\.(?:xml|md|txt|json)$/.test(name) && size <= mostOfDocument,
  );
  const texts = await Promise.all(
    wanted.map(async ({ name, digest }) => ({ name, text: await orLost(store.getText(digest)) })),
  );
  return texts.flatMap(({ name, text }) => (text === null ? [] : [{ name, text }]));
}

/** The text of a log, or its last 4 MiB from a line's beginning on. */
async function endOf(store: Store, { digest, size, name }: ArtifactRef): Promise<string> {
  if (size <= mostOfLog) return (await orLost(store.getText(digest))) ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-log-'));
  try {
    const path = join(folder, encodeURIComponent(name).slice(0, 100));
    if ((await orLost(store.getFile(digest, path).then(() => true))) === null) return '';
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read({
        buffer: Buffer.alloc(mostOfLog),
        position: size - mostOfLog,
      });
      const text = buffer.toString('utf8', 0, bytesRead);
      return text.slice(text.indexOf('\n') + 1);
    } finally {
      await file.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Null for what the store no longer has. */
async function orLost<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof LonghaulError && error.type === 'NotFound') return null;
    throw error;
  }
}
