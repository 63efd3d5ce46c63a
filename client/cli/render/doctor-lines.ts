import { areas } from '../../doctor/finding.ts';
import type { Finding } from '../../doctor/finding.ts';
import type { Page } from './page.ts';
import { marks } from './style.ts';
import type { Style } from './style.ts';
import { padEnd, widthOf, wrap } from './text.ts';

/** Every finding below its area, with how to mend what is not well; then how many there are of each kind. */
export function doctorLines(findings: readonly Finding[], page: Page): readonly string[] {
  const widest = Math.max(0, ...findings.map(({ name }) => widthOf(name)));
  const names = Math.min(widest, 30);
  return [
    ...areas.flatMap((area) => {
      const here = findings.filter((finding) => finding.area === area);
      if (here.length === 0) return [];
      return [page.style.strong(area), ...here.flatMap((finding) => findingLines(finding, names, page)), ''];
    }),
    summaryLine(findings, page.style),
  ];
}

function findingLines(
  { name, state, said, mend }: Finding,
  names: number,
  { columns, style }: Page,
): readonly string[] {
  const left = names + 6;
  const [first = '', ...more] = wrap(said, columns - left);
  const indent = ' '.repeat(left);
  return [
    `  ${markOf(state, style)} ${padEnd(name, names)}  ${first}`,
    ...more.map((line) => `${indent}${line}`),
    ...(mend === undefined ? [] : wrap(mend, columns - left).map((line) => `${indent}${style.strong(line)}`)),
  ];
}

const warningMark = '!';

function markOf(state: Finding['state'], style: Style): string {
  if (state === 'ok') return style.good(marks.good);
  return state === 'warning' ? style.wait(warningMark) : style.bad(marks.bad);
}

function summaryLine(findings: readonly Finding[], style: Style): string {
  const count = (state: Finding['state']): number =>
    findings.filter((finding) => finding.state === state).length;
  const [fine, warnings, problems] = [count('ok'), count('warning'), count('problem')];
  return [
    style.good(`${fine} ok`),
    ...(warnings === 0 ? [] : [style.wait(`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`)]),
    ...(problems === 0 ? [] : [style.bad(`${problems} ${problems === 1 ? 'problem' : 'problems'}`)]),
  ].join(', ');
}
