/** How a metric went over the epochs of a training, as a picture. */
import { formatValue } from '../../numbers.ts';
import { label, markup } from './markup.ts';
import type { Html } from './markup.ts';

export interface CurvePoint {
  readonly epoch: number;
  readonly metrics: Readonly<Record<string, number>>;
}

const width = 420;
const height = 190;
const left = 62;
const bottom = 26;

/** A picture for each metric that at least two epochs have. */
export const curves = (points: readonly CurvePoint[]): readonly Html[] => {
  const names = [...new Set(points.flatMap(({ metrics }) => Object.keys(metrics)))];
  return names.flatMap((name) => {
    const values = points.flatMap(({ epoch, metrics }) => {
      const value = metrics[name];
      return value === undefined || !Number.isFinite(value) ? [] : [[epoch, value] as const];
    });
    return values.length < 2 ? [] : [curve(name, values)];
  });
};

function curve(name: string, values: readonly (readonly [epoch: number, value: number])[]): Html {
  const x = scale(
    values.map(([epoch]) => epoch),
    left,
    width - 14,
  );
  const y = scale(
    values.map(([, value]) => value),
    height - bottom,
    12,
  );
  const line = values.map(([epoch, value]) => `${x.at(epoch)},${y.at(value)}`).join(' ');
  const [first, last] = [values[0], values.at(-1)];
  const told = `${name} went from ${formatValue(first?.[1] ?? 0)} at epoch ${first?.[0] ?? 0} to ${formatValue(last?.[1] ?? 0)} at epoch ${last?.[0] ?? 0}`;
  return markup`<figure>
    <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${told}">
      ${[y.least, y.most].map((value) => gridLine(y.at(value), formatValue(value)))}
      ${[x.least, x.most].map((epoch) => label(x.at(epoch), height - 6, 'middle', String(epoch)))}
      <polyline class="curve" points="${line}" />
      <circle class="dot" cx="${x.at(last?.[0] ?? 0)}" cy="${y.at(last?.[1] ?? 0)}" r="3.5" />
    </svg>
    <figcaption>${name} by epoch</figcaption>
  </figure>`;
}

const gridLine = (y: number, text: string): Html =>
  markup`<line class="grid" x1="${left}" x2="${width - 14}" y1="${y}" y2="${y}" />${label(left - 8, y + 4, 'end', text)}`;

/** Places values on a line from `from` to `to`, in hundredths; one value alone lies in the middle. */
function scale(
  values: readonly number[],
  from: number,
  to: number,
): { readonly least: number; readonly most: number; readonly at: (value: number) => number } {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const share = (value: number): number => (most === least ? 0.5 : (value - least) / (most - least));
  return { least, most, at: (value) => Math.round((from + share(value) * (to - from)) * 100) / 100 };
}
