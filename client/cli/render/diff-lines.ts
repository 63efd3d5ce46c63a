import type { ObjectChange } from '../../../k8s/dry-run/object-change.ts';
import type { ReleasePreview } from '../../../k8s/dry-run/preview-release.ts';
import type { Page } from './page.ts';
import type { Style } from './style.ts';
import { wrap } from './text.ts';

/** What a release would change: each object that would not stay as it is as a diff, then the others, then the way there. */
export function diffLines(preview: ReleasePreview, page: Page): readonly string[] {
  const { objects, onTheWay } = preview;
  const kept = objects.filter(({ change }) => change === 'unchanged');
  return [
    ...objects
      .filter(({ change }) => change !== 'unchanged')
      .flatMap((each) => objectLines(each, page.style)),
    ...(kept.length === 0
      ? []
      : [
          ...wrap(`Unchanged: ${kept.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`, page.columns),
          '',
        ]),
    ...(onTheWay.length === 0
      ? []
      : [page.style.strong('On the way'), ...onTheWay.flatMap((line) => pointLines(line, page.columns)), '']),
    `${countsOf(objects)}. Nothing was written.`,
  ];
}

export function objectLines({ kind, name, change, diff }: ObjectChange, style: Style): readonly string[] {
  const title = `${kind} ${name}`;
  return [
    style.strong(`${title}: ${change}`),
    `--- ${change === 'created' ? '/dev/null' : `${title} (now)`}`,
    `+++ ${change === 'removed' ? '/dev/null' : `${title} (released)`}`,
    ...diff.map((line) => coloured(line, style)),
    '',
  ];
}

function coloured(line: string, style: Style): string {
  if (line.startsWith('@@')) return style.quiet(line);
  if (line.startsWith('+')) return style.good(line);
  return line.startsWith('-') ? style.bad(line) : line;
}

export const pointLines = (text: string, columns: number): readonly string[] =>
  wrap(text, columns - 2).map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);

/** `2 created, 1 changed, 4 unchanged`. */
function countsOf(objects: readonly ObjectChange[]): string {
  const kinds = ['created', 'changed', 'removed', 'unchanged'] as const;
  const counts = kinds.flatMap((kind) => {
    const count = objects.filter(({ change }) => change === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  return counts.join(', ');
}
