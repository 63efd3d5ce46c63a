import type { Look } from '../watch.ts';

const percent = (bad: number, total: number): string =>
  total === 0 ? '–' : `${((100 * bad) / total).toFixed(2)} %`;

/** Markdown of a watch's newest look, as the Temporal UI shows it. */
export function watchDetails(phase: string, look: Look): string {
  const arm = (name: string, counts: Look['candidate']): string =>
    `| ${name} | ${counts.total} | ${percent(counts.errors, counts.total)} | ${percent(counts.slow, counts.total)} |`;
  return [
    `**${phase}**, look ${look.number} at ${look.at}: **${look.verdict.kind}** – ${look.verdict.reason}`,
    '',
    '| arm | requests | errors | slow |',
    '|---|---|---|---|',
    arm('candidate', look.candidate),
    arm('champion', look.champion),
  ].join('\n');
}
