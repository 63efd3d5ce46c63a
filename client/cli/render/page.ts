import type { Output } from '../output.ts';
import { styleFor } from './style.ts';
import type { Style } from './style.ts';

/** The terminal, or the file, that lines are made for. A pipe has columns without end. */
export interface Page {
  readonly columns: number;
  readonly style: Style;
}

export const pageFor = ({ interactive, columns = Infinity }: Output): Page => ({
  columns: interactive ? columns : Infinity,
  style: styleFor(interactive),
});
