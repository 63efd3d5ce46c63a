/** Texts with `${NAME}` in them, such as an image's reference or a manifest. `$$` stands for one `$`. */

export type Variables = Readonly<Record<string, string>>;

/** A place in a text where a variable is asked for that has no value. */
export interface Unfilled {
  /** What stands between the braces. */
  readonly name: string;
  /** Characters before it. */
  readonly at: number;
}

const reference = /\$(?:\$|\{([^}\n]*)(\}|$|(?=\n)))/gm;

/**
 * The text with the values in it, and what has none (left as it is written). A value is not read again, and a `$` that
 * is followed by neither `$` nor `{` stays.
 */
export function fillVariables(
  text: string,
  values: Variables,
): { readonly text: string; readonly unfilled: readonly Unfilled[] } {
  const unfilled: Unfilled[] = [];
  const filled = text.replace(
    reference,
    (written: string, name: string | undefined, end: string, at: number) => {
      if (name === undefined) return '$';
      if (end === '}' && Object.hasOwn(values, name)) return values[name] ?? '';
      unfilled.push({ name, at });
      return written;
    },
  );
  return { text: filled, unfilled };
}
