/** Wakes one waiting loop; rings that come while it works are kept as one. */
export interface Bell {
  readonly ring: () => void;
  /** Resolves when it was rung since the last time. */
  rung(): Promise<void>;
}

export function createBell(): Bell {
  let isRung = false;
  let wake: () => void = () => undefined;
  return {
    ring: () => {
      isRung = true;
      wake();
    },
    rung: async () => {
      if (!isRung)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      isRung = false;
    },
  };
}
