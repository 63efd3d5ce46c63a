import type { TargetStatus } from './serving.ts';

/**
 * Variables by which tests find a served model: BASE_URL, and BASE_HEADERS, a JSON object, where a request there needs
 * headers to reach it.
 */
export const baseUrlVariables = ({
  baseUrl,
  headers,
}: Pick<TargetStatus, 'baseUrl' | 'headers'>): Readonly<Record<string, string>> => ({
  BASE_URL: baseUrl,
  ...(headers === undefined ? {} : { BASE_HEADERS: JSON.stringify(headers) }),
});
