export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
  /** What the caller can do about it. */
  readonly remedy: string;
  readonly retry: {
    /** The same request, sent again, may succeed. */
    readonly safe: boolean;
    /** Retry with the same Idempotency-Key. If false, the key is bound to this outcome, and a corrected request needs a new one. */
    readonly sameKey: boolean;
  };
}

/** Nothing is stored under the key: correct the request and keep the key. */
export const CORRECT = { safe: false, sameKey: true } as const;
/** This outcome is stored under the key: correct the request and use a new key. */
export const NEW_KEY = { safe: false, sameKey: false } as const;
/** Send the same request later. */
export const LATER = { safe: true, sameKey: true } as const;
