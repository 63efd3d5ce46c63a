import { LonghaulError } from '../../../core/errors.ts';
import { proxiesSettled } from './settle.ts';

/**
 * Has what a route names stand again before an undo sets its weight; proxies are given time to learn of what was missing.
 * What cannot be made is told, and no reason to leave the weight.
 *
 * @param make whether it has written anything
 */
export async function healed(what: string, make: () => Promise<boolean>): Promise<readonly string[]> {
  try {
    if (!(await make())) return [];
    await proxiesSettled();
    return [`${what} did not have what the weights need: it has it again`];
  } catch (error) {
    if (!(error instanceof LonghaulError) || !toldOnly.includes(error.type)) throw error;
    return [error.said];
  }
}

const toldOnly: readonly LonghaulError['type'][] = ['Conflict', 'NotFound', 'Rejected', 'NotPermitted'];
