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

/** The same for tests of a candidate before it has traffic: where the target has no preview, it is reached as all are. */
export const previewVariables = (
  status: Pick<TargetStatus, 'baseUrl' | 'headers' | 'previewUrl' | 'previewHeaders'>,
): Readonly<Record<string, string>> => {
  const { previewUrl, previewHeaders } = status;
  if (previewUrl === undefined) return baseUrlVariables(status);
  return baseUrlVariables({
    baseUrl: previewUrl,
    ...(previewHeaders === undefined ? {} : { headers: previewHeaders }),
  });
};
