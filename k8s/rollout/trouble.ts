/** Why a pod is not ready. */
export interface Trouble {
  readonly told: string;
  /** Waiting does not mend it. */
  readonly hopeless: boolean;
  /** Nothing is broken, but people should know what is waited for. */
  readonly warning?: boolean;
}

export const hopeless = (told: string): Trouble => ({ told, hopeless: true });
export const passing = (told: string): Trouble => ({ told, hopeless: false });

/** The worst first: what waiting does not mend, then the first that was found. */
export const worst = (troubles: readonly (Trouble | null)[]): Trouble | null => {
  const found = troubles.filter((trouble) => trouble !== null);
  return found.find((trouble) => trouble.hopeless) ?? found[0] ?? null;
};

/** A server's last words, each on a line of its own. */
export const withLines = (told: string, lines: readonly string[]): string =>
  [told, ...lines.map((line) => `  ${line}`)].join('\n');
