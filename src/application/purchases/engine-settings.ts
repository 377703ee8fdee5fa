/** The engine's adjustable times; the constants below are safety. */
export class EngineSettings {
  constructor(
    /** Delays between looks at an order that its provider has, by the number of looks without news. The last one repeats. */
    readonly pollDelaysMs: readonly number[],
    /** Two orders that say the same within this time are taken for one, unless the caller says otherwise. */
    readonly duplicateWindowMs: number,
  ) {}
}

/** Hard end of every provider call, reading the answer included. */
export const CALL_DEADLINE_MS = 30_000;

/** A lease outlasts the call made under it, and leaves time to record what came of it. */
export const LEASE_MS = 45_000;

/** Never start a call that might outlive the lease: this much must be left after its deadline. */
export const LEASE_MARGIN_MS = 5_000;

/** An order under review is looked for this often, in case the proof turns up. */
export const REVIEW_LOOK_MS = 3_600_000;

/** Delays between tries that did not reach the provider, or that it declined to execute. */
export const RETRY_DELAYS_MS = [1_000, 2_000, 5_000, 15_000, 30_000, 60_000, 300_000];

/** The nth of a list of delays, counted from 1; the last one repeats. */
export const delayOf = (delaysMs: readonly number[], nth: number): number =>
  delaysMs[Math.min(Math.max(nth, 1), delaysMs.length) - 1] ?? 0;
