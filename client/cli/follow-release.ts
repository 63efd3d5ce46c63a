import { LonghaulError } from '../../core/errors.ts';
import type { ReleaseView } from '../release-views.ts';
import { follow } from './follow.ts';
import { createLiveBlock } from './live-block.ts';
import type { Draw } from './live-block.ts';
import type { Output } from './output.ts';
import { nextCommand } from './render/next-command.ts';
import { releaseLines } from './render/release-lines.ts';
import { releaseNews } from './render/release-news.ts';
import { styleFor } from './render/style.ts';
import type { Style } from './render/style.ts';
import type { Session } from './session.ts';

/** How a release is shown while it is followed. */
export type Show = (view: ReleaseView) => void;

/** A live block for a person; the news, line by line, for a pipe; nothing where one JSON document is to come. */
function releaseShow(output: Output, json: boolean): Show {
  if (json) return () => undefined;
  if (output.interactive) {
    const block = createLiveBlock();
    const style = styleFor(true);
    return (view) => {
      const draw: Draw = (columns) => [
        ...releaseLines(view, new Date(), { columns, style }),
        ...nextLine(view, style),
      ];
      if (view.status === 'RUNNING') block.draw(draw);
      else block.end(draw);
    };
  }
  let before: ReleaseView | undefined;
  return (view) => {
    for (const line of releaseNews(before, view, new Date())) output.print(line);
    before = view;
  };
}

function nextLine(view: ReleaseView, style: Style): readonly string[] {
  const next = nextCommand(view);
  return next.startsWith('longhaul release watch') ? [] : [`${style.strong('next')}      ${next}`];
}

/** Follows a release to its end. @throws LonghaulError NotFound */
export function followRelease(
  { longhaul }: Session,
  id: string,
  output: Output,
  json: boolean,
): Promise<ReleaseView> {
  return follow({
    look: () => viewOf(longhaul, id),
    show: releaseShow(output, json),
    isOver: (view) => view.status !== 'RUNNING',
    onSilence: (message) => {
      if (!json) output.printError(message);
    },
  });
}

/** @throws LonghaulError NotFound */
export async function viewOf(longhaul: Session['longhaul'], id: string): Promise<ReleaseView> {
  const view = await longhaul.release(id);
  if (view !== null) return view;
  throw new LonghaulError('NotFound', `There is no release ${id}.`, {
    mend: 'See all with: longhaul release list',
  });
}
