/** Failures known by what a tool printed. */
import type { Diagnosis } from '../step.ts';
import { dataFailures, isOfDvc } from './data.ts';
import { environmentFailures } from './environment.ts';
import { imageFailures } from './image.ts';
import { recognize } from './recognizer.ts';
import { requirementFailures } from './requirements.ts';

/** Null when the words are of no known failure. */
export const diagnoseOutput = (output: string): Diagnosis | null =>
  recognize(
    [
      ...imageFailures,
      ...requirementFailures,
      ...(isOfDvc(output) ? dataFailures : []),
      ...environmentFailures,
    ],
    output,
  );
