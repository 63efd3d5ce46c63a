/** A release as the forge shows it: one deployment for each environment that it came to. */
import { plainText } from '../../annotations/finding.ts';
import type { ForgeDeployment } from '../../ports/forge.ts';
import type { GateResult, ReleaseOutcome, ReleasePhase, ReleaseRecord } from '../../release.ts';
import { outcomeSentence, phaseWords, undoneSentence } from '../release-words.ts';

/** A forge takes this many characters. */
const longestDescription = 140;

type Place = 'staging' | 'production';
type Gate = GateResult['gate'];
type State = Pick<ForgeDeployment, 'state' | 'description'>;

/** Where the environments answer, and where people see more of the release. */
export interface DeploymentLinks {
  readonly urls?: Readonly<Record<string, string>>;
  readonly logUrl?: string;
}

/** In the order in which a release comes to them; none for an environment that it never came to. The same record gives the same. */
export const releaseDeployments = (
  record: ReleaseRecord,
  { urls = {}, logUrl }: DeploymentLinks = {},
): readonly ForgeDeployment[] =>
  (['staging', 'production'] as const).flatMap((place) => {
    const now = stateOf(record, place);
    if (now === null) return [];
    const url = Object.hasOwn(urls, place) ? urls[place] : undefined;
    return [
      {
        ...{ project: record.project, commit: record.commit, environment: place },
        key: `${record.id}#${place}`,
        production: place === 'production',
        state: now.state,
        description: plainText(now.description, longestDescription).replace(/\s+/g, ' '),
        ...(url === undefined ? {} : { url }),
        ...(logUrl === undefined ? {} : { logUrl }),
      },
    ];
  });

/** Phases in which a release is at work in an environment, or waits for it. */
const phasesOf: Readonly<Record<Place, Readonly<Partial<Record<ReleasePhase, 'queued' | 'inProgress'>>>>> = {
  staging: {
    waitingForStagingLane: 'queued',
    staging: 'inProgress',
    integrationTests: 'inProgress',
    loadTest: 'inProgress',
  },
  production: {
    waitingForApproval: 'queued',
    waitingForProductionLane: 'queued',
    deploying: 'inProgress',
    canary: 'inProgress',
    preview: 'inProgress',
    fullRollout: 'inProgress',
    promoting: 'inProgress',
    stabilizing: 'inProgress',
  },
};

/** The gates that are asked in an environment, and the one before it: whoever passed that is on the way there. */
const gatesOf: Readonly<Record<Place, { readonly before: Gate; readonly own: readonly Gate[] }>> = {
  staging: { before: 'metrics', own: ['staging', 'integration', 'load'] },
  production: { before: 'load', own: ['approval', 'canary', 'preview', 'stabilization'] },
};

function stateOf(record: ReleaseRecord, place: Place): State | null {
  const { phase, outcome } = record;
  const going = phasesOf[place][phase];
  if (outcome === undefined && going !== undefined) return { state: going, description: goingSaid(record) };
  if (!cameTo(record, place)) return null;
  if (outcome !== undefined) return endState(record, outcome, place);
  if (phase === 'undoing') return { state: 'inProgress', description: 'undoing what was begun' };
  return place === 'staging' && hasPassed(record, 'load') ? passedStaging(record) : null;
}

function goingSaid({ phase, waiting, paused, candidateWeight, candidateVersion }: ReleaseRecord): string {
  const version = candidateVersion === undefined ? '' : `version ${candidateVersion}: `;
  const traffic = phase === 'canary' ? ` with ${candidateWeight} % of the traffic` : '';
  const waits = waiting === undefined ? '' : `, waits for ${waiting.for}`;
  return `${version}${phaseWords[phase]}${traffic}${paused ? ' (paused)' : ''}${waits}`;
}

const hasPassed = ({ gates }: ReleaseRecord, gate: Gate): boolean =>
  gates.findLast((each) => each.gate === gate)?.passed === true;

/** Also where it only waited: what was shown as waiting must not stay so for ever. */
const cameTo = (record: ReleaseRecord, place: Place): boolean =>
  hasPassed(record, gatesOf[place].before) ||
  record.gates.some(({ gate }) => gatesOf[place].own.includes(gate)) ||
  record.snapshots.some(({ lane }) => lane.environment === place);

const passedStaging = ({ candidateVersion = '' }: ReleaseRecord): State => ({
  state: 'success',
  description: `version ${candidateVersion} passed its integration and load tests`,
});

/** A release that did not take over leaves both environments as they were before. */
function endState(record: ReleaseRecord, outcome: ReleaseOutcome, place: Place): State {
  const { candidateVersion = '', compensations } = record;
  if (outcome.kind === 'released') {
    return place === 'staging'
      ? passedStaging(record)
      : { state: 'success', description: `version ${candidateVersion} is the champion` };
  }
  const undone = undoneSentence(compensations);
  const description = [outcomeSentence(outcome), ...(undone === null ? [] : [undone])].join('; ');
  const isUnharmed = place === 'staging' && hasPassed(record, 'load');
  if (isUnharmed) return { state: 'inactive', description: `passed here, then taken back: ${description}` };
  const isWithdrawn = outcome.kind === 'superseded' || outcome.kind === 'rejected';
  return { state: isWithdrawn ? 'inactive' : 'failure', description };
}
