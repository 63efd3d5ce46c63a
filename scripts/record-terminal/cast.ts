/** A recording of a terminal: what came to be seen, and when. */
export interface Cast {
  readonly columns: number;
  readonly rows: number;
  readonly events: readonly CastEvent[];
}

export interface CastEvent {
  /** Seconds since its beginning. */
  readonly at: number;
  readonly text: string;
}

/** Reads an asciicast of version 2; only what is seen counts. @throws SyntaxError when it is none */
export function readCast(text: string): Cast {
  const [header = '', ...lines] = text.split('\n').filter((line) => line !== '');
  const { height, width } = JSON.parse(header) as { readonly height: number; readonly width: number };
  const events = lines.map((line) => JSON.parse(line) as readonly [at: number, kind: string, text: string]);
  return {
    columns: width,
    rows: height,
    events: events.filter(([, kind]) => kind === 'o').map(([at, , seen]) => ({ at, text: seen })),
  };
}

/** The recording with no pause longer than `longest` seconds, and the rest `speed` times as fast. */
export function shorten(
  cast: Cast,
  { longest, speed }: { readonly longest: number; readonly speed: number },
): Cast {
  let before = 0;
  let at = 0;
  const events = cast.events.map((event) => {
    at += Math.min((event.at - before) / speed, longest);
    before = event.at;
    return { at, text: event.text };
  });
  return { ...cast, events };
}
