import { LonghaulError } from '../../core/errors.ts';

/** Null where GitHub has no such thing; other failures stay failures. */
export function nullIfGone(error: unknown): null {
  if (error instanceof LonghaulError && error.type === 'NotFound') return null;
  throw error;
}
