import { LonghaulError } from '../../../core/errors.ts';
import type { Manifest, ObjectRef } from '../../api/cluster.ts';
import type { AskedWeight } from '../track-router.ts';
import { markOf } from '../weight-mark.ts';
import type { WeightMark } from '../weight-mark.ts';
import { mendOf, whoWrote, writerWords } from '../who-wrote.ts';
import { candidateShare, judgeSplit } from './judge-split.ts';
import type { RuleSplit, SplitJudgement } from './judge-split.ts';
import type { Dialect } from './dialect.ts';
import { withWeight } from './with-weight.ts';

/** What a route shall be, and what of others that overwrites. */
export interface RouteChange {
  readonly route: Manifest;
  readonly overwritten: readonly string[];
}

/** The route with the weight that is asked for. @throws LonghaulError NotFound, Rejected, Conflict */
export function withAsked(dialect: Dialect, route: Manifest, asked: AskedWeight): RouteChange {
  const judged = judgeSplit(dialect, route);
  refuseWithoutSplit(dialect, route, judged);
  const overwritten: string[] = [];
  for (const conflict of conflictsOf(dialect, route, judged, asked.arm)) {
    if (asked.force !== true) throw conflict;
    overwritten.push(conflict.said);
  }
  const { weight, arm } = asked;
  return { route: withWeight(dialect, route, { arm, weight }), overwritten };
}

/**
 * The route in the form that weights are set in, with the weight that it has.
 *
 * @throws LonghaulError NotFound, Rejected, Conflict
 */
export function withTracks(dialect: Dialect, route: Manifest): Manifest {
  const judged = judgeSplit(dialect, route);
  refuseWithoutSplit(dialect, route, judged);
  const [conflict] = conflictsOf(dialect, route, judged, null);
  if (conflict !== undefined) throw conflict;
  const mark = markOf(route);
  const arm = judged.headers > 0 ? (mark?.arm ?? null) : null;
  return withWeight(dialect, route, { arm, weight: mark?.weight ?? 0 });
}

/** What others have made of a route, in words; nothing where it is as Longhaul left it. */
export const foreignWords = (dialect: Dialect, route: Manifest): readonly string[] =>
  conflictsOf(dialect, route, judgeSplit(dialect, route), null).map(({ said }) => said);

/** Other routes that send to the Service without a track: whoever the Service selects gets theirs. */
export const strayWords = (
  dialect: Dialect,
  ref: ObjectRef,
  routes: readonly Manifest[],
): readonly string[] =>
  routes
    .filter(
      (route) =>
        route.metadata.name !== ref.name && judgeSplit(dialect, route).split.some(({ tracked }) => !tracked),
    )
    .map(
      (route) =>
        `${nameOf(route)} sends to the model server as well and is not split: ${dialect.strayShare}.`,
    );

/** Whether the route says what was written. What an undo could not split, it has told of. */
export function stands(
  dialect: Dialect,
  route: Manifest,
  { weight, arm, force = false }: AskedWeight,
): boolean {
  const mark = markOf(route);
  const { split, unfit } = judgeSplit(dialect, route);
  const asWritten = split.every((rule) => rule.weight === weight && rule.tracked);
  const isWhole = force || (split.length > 0 && unfit.length === 0);
  return asWritten && isWhole && mark?.weight === weight && mark.arm === arm;
}

/** What was found instead of what was written a moment ago. */
export function notAsWritten(
  dialect: Dialect,
  route: Manifest,
  { weight, force }: AskedWeight,
): LonghaulError {
  const field = ['spec', dialect.rules];
  const writer = whoWrote(route, field);
  return new LonghaulError(
    force === true ? 'NotVerified' : 'Conflict',
    `${nameOf(route)} was set to ${weight} % for the candidate, and says ${candidateShare(judgeSplit(dialect, route))} % ` +
      `a moment later${writerWords(writer)}.`,
    { mend: mendOf(route, field, writer) },
  );
}

function refuseWithoutSplit(dialect: Dialect, route: Manifest, { split, unfit }: SplitJudgement): void {
  if (split.length > 0 || unfit.length > 0) return;
  throw new LonghaulError(
    'NotFound',
    `${nameOf(route)} has no rule that sends to the model server: looked for ${dialect.lookedFor} under ` +
      `spec.${dialect.rules}.`,
    { mend: `Add one: ${dialect.example}` },
  );
}

/** What others have made of the route, that Longhaul does not write over. */
function conflictsOf(
  dialect: Dialect,
  route: Manifest,
  { split, unfit }: SplitJudgement,
  arm: string | null,
): readonly LonghaulError[] {
  const mark = markOf(route);
  const field = ['spec', dialect.rules];
  const writer = whoWrote(route, field);
  const isChanged = ({ weight, tracked }: RuleSplit): boolean =>
    weight !== (mark?.weight ?? 0) || (!tracked && mark !== null && mark.arm !== null);
  const changed = split.find(isChanged);
  return [
    ...unfit.map(
      (why) =>
        new LonghaulError('Conflict', `${nameOf(route)} cannot be split: ${why}.`, {
          mend: 'Give the other destinations a rule of their own.',
        }),
    ),
    ...(changed === undefined
      ? []
      : [
          new LonghaulError(
            'Conflict',
            `${nameOf(route)} was changed: ${wasSet(mark)}, and ${changed.rule} now gives ` +
              `${splitWords(changed)}${writerWords(writer)}.`,
            { mend: mendOf(route, field, writer) },
          ),
        ]),
    ...(mark === null || mark.weight === 0 || arm === null || mark.arm === arm
      ? []
      : [
          new LonghaulError('Conflict', `${nameOf(route)} belongs to another candidate: ${wasSet(mark)}.`, {
            mend: 'Let its release end, or undo it.',
          }),
        ]),
  ];
}

const wasSet = (mark: WeightMark | null): string =>
  mark === null
    ? 'Longhaul has set no weight'
    : `Longhaul had set ${mark.weight} %${mark.arm === null ? '' : ` for ${mark.arm}`}`;

const nameOf = ({ kind, metadata }: Manifest): string =>
  `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;

const splitWords = ({ weight, tracked }: RuleSplit): string =>
  tracked
    ? `the candidate ${Math.round(weight * 10) / 10} %`
    : 'every replica a part, the candidate’s as well: it names no track';
