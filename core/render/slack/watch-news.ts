/** What the watches of a release found: passed, held, bad, each with its figures. */
import { formatPercent } from '../../numbers.ts';
import type { GateResult, ReleaseRecord } from '../../release.ts';
import type { Counts, Guardrail, Look } from '../../watch.ts';
import { gateWords } from '../release-words.ts';
import { context, facts, header, section } from './blocks.ts';
import type { Block } from './blocks.ts';
import { news } from './news.ts';
import type { SlackNews, SlackView } from './news.ts';
import { modelIn, threadOf } from './release-thread.ts';
import { codeWord, cutSlack, said } from './text.ts';

/** In the order in which they were found. */
export const watchNews = (record: ReleaseRecord, view: SlackView): readonly SlackNews[] => [
  ...record.gates.flatMap((gate) => passed(record, view, gate)),
  ...firstOfEach(record.looks, 'hold').map((look) => held(record, view, look)),
  ...firstOfEach(record.looks, 'rollBack').map((look) => bad(record, view, look)),
];

function passed(record: ReleaseRecord, view: SlackView, gate: GateResult): readonly SlackNews[] {
  if (!gate.passed || (gate.gate !== 'canary' && gate.gate !== 'preview')) return [];
  const look = record.looks.findLast(({ action, at }) => action === 'pass' && at <= gate.at);
  const text = `${capital(gateWords[gate.gate])} passed: ${said(modelIn(record))}`;
  return [
    news({ ...threadOf(record, view), key: `${record.runId}/passed/${gate.gate}`, text, updates: false }, [
      section(`:white_check_mark: *${text}*`),
      section(cutSlack(said(gate.evidence), 2000)),
      ...(look === undefined ? [] : figures(look, record.guardrails)),
    ]),
  ];
}

function held(record: ReleaseRecord, view: SlackView, look: Look): SlackNews {
  const text = `On hold, a person has to decide: ${said(modelIn(record))}`;
  return news(
    {
      ...threadOf(record, view),
      ...{ key: `${record.runId}/held/${look.phase}/${look.number}`, text, updates: false },
      broadcast: view.can.threads,
    },
    [
      header(`On hold: ${modelIn(record)}`),
      section(cutSlack(said(look.verdict.reason), 2000)),
      ...figures(look, record.guardrails),
      section(
        `Go on with ${codeWord(`longhaul release resume ${record.id}`)}, or undo it with ${codeWord(`longhaul release abort ${record.id}`)}.`,
      ),
      context(`${said(look.phase)}, look ${look.number}`),
    ],
  );
}

function bad(record: ReleaseRecord, view: SlackView, look: Look): SlackNews {
  const text = `Bad verdict, it is undone: ${said(modelIn(record))}`;
  return news(
    {
      ...threadOf(record, view),
      ...{ key: `${record.runId}/bad/${look.phase}/${look.number}`, text, updates: false },
      broadcast: view.can.threads,
    },
    [
      header(`Bad verdict: ${modelIn(record)}`),
      section(`:warning: ${cutSlack(said(look.verdict.reason), 2000)}`),
      ...figures(look, record.guardrails),
      context(`${said(look.phase)}, look ${look.number}`),
    ],
  );
}

/** The error rate and the latency of both arms, as the look saw them. */
export const figures = (look: Look, guardrails: readonly Guardrail[]): readonly Block[] =>
  facts([
    ...guardrails.flatMap((guardrail) => {
      const name = guardrail.sli === 'errors' ? 'Error rate' : latencyName(guardrail);
      const limit = `limit ${formatPercent(guardrail.limit)}`;
      return [[`${name}: candidate`, `${share(look.candidate, guardrail)} (${limit})`] as const];
    }),
    ...guardrails.flatMap((guardrail) => {
      if (look.champion.total === 0) return [];
      const name = guardrail.sli === 'errors' ? 'Error rate' : latencyName(guardrail);
      return [[`${name}: champion`, share(look.champion, guardrail)] as const];
    }),
  ]);

type LatencyLimit = Extract<Guardrail, { readonly sli: 'latency' }>;

/** A limit of 5 % on requests slower than 2 s is one of 2 s on the P95. */
const latencyName = ({ limit, thresholdSeconds }: LatencyLimit): string =>
  `P${Number(((1 - limit) * 100).toPrecision(4))} against ${thresholdSeconds} s`;

function share({ total, errors, slow }: Counts, guardrail: Guardrail): string {
  if (total === 0) return 'no requests';
  if (guardrail.sli === 'errors') return `${formatPercent(errors / total)} of ${total} requests`;
  const relation = slow / total > guardrail.limit ? 'above' : 'below';
  return `${relation}: ${formatPercent(slow / total)} of ${total} requests slower`;
}

/**
 * Of looks in a row that act alike, the first: later ones say the same again. What came before the first look of a
 * record is not known, since a record keeps the newest alone.
 */
const firstOfEach = (looks: readonly Look[], action: Look['action']): readonly Look[] =>
  looks.filter((look, index) => {
    const before = looks[index - 1];
    if (look.action !== action) return false;
    return before === undefined ? look.number === 1 : before.action !== action || before.phase !== look.phase;
  });

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
