import type { AdoptionPreview } from '../../deploy-adopt.ts';
import { objectLines, pointLines } from './diff-lines.ts';
import type { Page } from './page.ts';

/** What adopting would change, as diffs and in words, and what may go wrong meanwhile. */
export function adoptionLines({ changes, objects, risks }: AdoptionPreview, page: Page): readonly string[] {
  const { columns, style } = page;
  return [
    ...objects.filter(({ change }) => change !== 'unchanged').flatMap((each) => objectLines(each, style)),
    style.strong('What adopting does'),
    ...changes.flatMap((line) => pointLines(`${line}.`, columns)),
    ...pointLines('All else of these objects stays as it is.', columns),
    '',
    ...(risks.length === 0
      ? ['Pods are replaced one after the other, each once its successor is ready: no request is lost.', '']
      : [style.wait('Requests may be lost'), ...risks.flatMap((line) => pointLines(line, columns)), '']),
  ];
}
