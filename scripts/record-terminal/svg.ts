import type { Frame, Run } from './frames.ts';

const cell = { width: 8.4, height: 18 };
const padding = 16;
const barHeight = 34;

/** The first eight colours of a terminal, and the bright ones, on a dark ground. */
const palette: readonly string[] = [
  ...['#4b5563', '#ff7b72', '#4cc38a', '#e3b341', '#79a8ff', '#d2a8ff', '#56d4dd', '#d6dbe4'],
  ...['#8b95a5', '#ffa198', '#7ee2b0', '#f0cd6f', '#a5c5ff', '#e2c5ff', '#8ce8ee', '#ffffff'],
];

/** A picture that plays the frames again and again; who wants no motion sees the last one. */
export function animatedSvg(
  frames: readonly Frame[],
  given: { readonly title: string; readonly columns: number; readonly rows: number; readonly rest: number },
): string {
  const width = Math.ceil(given.columns * cell.width + 2 * padding);
  const screen = given.rows * cell.height;
  const height = Math.ceil(barHeight + screen + padding);
  const lines = new Map<string, string>();
  const idOf = (line: readonly Run[]): string => {
    const drawn = line.map(drawRun).join('');
    const known = lines.get(drawn) ?? `l${lines.size.toString(36)}`;
    lines.set(drawn, known);
    return known;
  };
  const drawnFrames = frames.map(({ lines: shown }, index) => {
    const uses = shown.flatMap((line, row) =>
      line.length === 0 ? [] : [`<use href="#${idOf(line)}" y="${row * cell.height}"/>`],
    );
    return `<g transform="translate(0 ${index * screen})">${uses.join('')}</g>`;
  });
  const definitions = [...lines].map(([drawn, id]) => `<g id="${id}">${drawn}</g>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
<title id="title">${escape(given.title)}</title>
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#e6e9ef;white-space:pre}
.b{font-weight:700}.d{opacity:.62}${palette.map((colour, index) => `.c${index}{fill:${colour}}`).join('')}
${filmCss(frames, screen, given.rest)}
</style>
<defs>${definitions.join('')}<clipPath id="screen"><rect width="${width}" height="${screen}"/></clipPath></defs>
<rect width="${width}" height="${height}" rx="8" fill="#14181f"/>
${['#ff6159', '#ffbd2e', '#29c941'].map((fill, index) => `<circle cx="${20 + index * 20}" cy="17" r="6" fill="${fill}"/>`).join('')}
<g transform="translate(${padding} ${barHeight})" clip-path="url(#screen)"><g class="film">${drawnFrames.join('\n')}</g></g>
</svg>
`;
}

/** All frames lie below each other on a film, which jumps from one to the next. */
function filmCss(frames: readonly Frame[], screen: number, rest: number): string {
  const seconds = (frames.at(-1)?.at ?? 0) + rest;
  const stops = frames.map(({ at }, index) => {
    const share = index === 0 ? 0 : (at / seconds) * 100;
    return `${Number(share.toFixed(2))}%{transform:translateY(${-index * screen}px)}`;
  });
  const last = -(frames.length - 1) * screen;
  return `.film{animation:film ${seconds.toFixed(2)}s step-end infinite}
@keyframes film{${stops.join('')}}
@media (prefers-reduced-motion:reduce){.film{animation:none;transform:translateY(${last}px)}}`;
}

/** The length is given, so that columns line up whatever font a machine has. */
function drawRun({ column, text, colour, bold, dim }: Run): string {
  const classes = [
    ...(bold ? ['b'] : []),
    ...(dim ? ['d'] : []),
    ...(colour === undefined ? [] : [`c${colour}`]),
  ];
  const look = classes.length === 0 ? '' : ` class="${classes.join(' ')}"`;
  const length = Number((text.length * cell.width).toFixed(1));
  const x = Number((column * cell.width).toFixed(1));
  return `<text x="${x}" y="13" textLength="${length}"${look}>${escape(text)}</text>`;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
