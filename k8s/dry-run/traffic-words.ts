import { replicasAt } from '../../core/canary.ts';
import type { ArmSpec } from '../../core/serving.ts';
import { candidateHeader } from '../routers/split/dialect.ts';
import { namesOf } from '../names.ts';
import { candidateSlot, layoutFor, type LaneState } from '../target/layout.ts';
import { serviceOf, type TargetParts } from '../target/parts.ts';

/** What a release would do to a lane's traffic on its way, in words. */
export function trafficWords(
  parts: Pick<TargetParts, 'environment'>,
  state: LaneState,
  { arm, weights }: { readonly arm: ArmSpec; readonly weights: readonly number[] },
): readonly string[] {
  const service = serviceOf(parts, state.lane);
  if (layoutFor(arm.strategy) === 'colour') return colourWords(service, state);
  const steps = state.stable === null ? [100] : weights;
  return state.stable === null && parts.environment.traffic.kind === 'service'
    ? [`Service ${service} selects the candidate, and then the stable pods, once they are ready.`]
    : [...splitWords(parts, service, { weights: steps, replicas: arm.replicas }), ...headerWords(parts)];
}

function colourWords(service: string, state: LaneState): readonly string[] {
  const next = candidateSlot(state, 'colour');
  const { preview } = namesOf(service);
  if (state.stable === null) return [`Service ${service} selects ${next} once all its replicas are ready.`];
  const old = state.stable.slot;
  return [
    `Service ${preview} shows ${next} before it has traffic.`,
    `Service ${service} is switched from ${old} to ${next} by one patch of its selector; ${preview} then shows ${old}.`,
    `Deployment ${namesOf(service).deployment(old)} is kept until the old colour’s time is over, and then scaled to 0.`,
  ];
}

function splitWords(
  { environment: { traffic } }: Pick<TargetParts, 'environment'>,
  service: string,
  { weights, replicas }: { readonly weights: readonly number[]; readonly replicas: number },
): readonly string[] {
  const steps = `${weights.join(' → ')} %`;
  const back = 'then back to 0 % once the stable Deployment serves the new version';
  switch (traffic.kind) {
    case 'istio':
      return [
        `VirtualService ${traffic.virtualService ?? service}: the subset candidate gets ${steps}, ${back}. Other rules, timeouts and retries stay as they are.`,
      ];
    case 'gateway':
      return [
        `HTTPRoute ${traffic.httpRoute ?? service}: the backend ${service}-candidate gets ${steps}, ${back}. Other rules and filters stay as they are.`,
      ];
    case 'service':
      return [
        `Service ${service} selects both tracks below 100 %, so that the candidate’s share is that of its ready replicas; at 100 % the candidate alone, and in the end the stable track alone.`,
        ...coarseWords(weights, replicas),
      ];
  }
}

const headerWords = ({ environment: { traffic } }: Pick<TargetParts, 'environment'>): readonly string[] =>
  traffic.kind === 'service'
    ? []
    : [
        `Requests with the header \`${candidateHeader.name}: ${candidateHeader.value}\` reach the candidate from its deployment on; the rule for them goes with it.`,
      ];

/** What the weights come to where replicas are all that splits. */
function coarseWords(weights: readonly number[], replicas: number): readonly string[] {
  const shares = weights
    .filter((weight) => weight < 100)
    .map((weight) => {
      const own = replicasAt(weight, replicas);
      const share = Math.round((1_000 * own) / (own + replicas)) / 10;
      return `${weight} % is ${own} of ${own + replicas} replicas, ${share} %`;
    });
  return shares.length === 0 ? [] : [`Without a mesh the split is coarse: ${shares.join('; ')}.`];
}
