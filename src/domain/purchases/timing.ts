/** The constants on which the safety of a purchase rests, and the delays between tries. */

/** Hard end of every provider call, reading the response included. */
export const CALL_DEADLINE_MS = 30_000;

/**
 * A lease outlasts the call made under it, and leaves time to record the outcome. A request that took an idempotency
 * key is presumed alive for as long.
 */
export const LEASE_MS = 45_000;

/** Never start a call that might outlive the lease: this much must be left after its deadline. */
export const LEASE_MARGIN_MS = 5_000;

/**
 * How long after its intent was committed a send may still be under way: it must start early enough to end in the
 * lease.
 */
export const SEND_DEADLINE_MS = LEASE_MS - LEASE_MARGIN_MS;

/** A key is no longer used this long before the provider forgets it: after that it would make a new purchase. */
export const KEY_SAFETY_MARGIN_MS = 60 * 60_000;

/** Delays between sends under one key: short at first, because most missing responses were only lost on the way. */
export const RESEND_DELAYS_MS = [1_000, 2_000, 5_000, 15_000, 60_000, 300_000] as const;

/** A purchase proven absent is sent again automatically this often; after that a person decides. */
export const RESENDS_AFTER_ABSENCE = 1;

/**
 * Delays before the first lookups, each since the send or the last lookup; the next comes after the visibility delay.
 */
export const LOOKUP_DELAYS_MS = [5_000, 25_000, 90_000] as const;

/** If this many lookups have not proven anything, no more will: a person decides. */
export const MAX_LOOKUPS = 12;

/** Our clock and the provider's may differ by this much: lists are read that much further back. */
export const CLOCK_SKEW_MS = 120_000;

/** A list that could not be read completely proves nothing; it is read again after this long. */
export const INCOMPLETE_LIST_RETRY_MS = 30_000;

/** How often an order under review is looked up, in case the purchase shows up. */
export const REVIEW_LOOKUP_MS = 3_600_000;

/** Delays between tries that did not reach the provider or that it did not execute. */
export const RETRY_DELAYS_MS = [1_000, 2_000, 5_000, 15_000, 30_000, 60_000, 300_000] as const;

/** If nothing could be sent for this long, a person is told. The tries go on. */
export const SUBMISSION_PATIENCE_MS = 24 * 3_600_000;

/**
 * An order that waits for a slot in our own quota asks at least this often: otherwise lookups of other orders, which
 * rank below it, would take every slot while it waits.
 */
export const QUOTA_RETRY_MS = 30_000;

/** How often an order that is switched off asks again; at a random moment within that, so that a crowd comes back spread. */
export const HELD_RETRY_MS = 30_000;

/** So many looks that browsers and callbacks ask for come at once, while an order is open. Honest ones need fewer. */
export const FREE_WAKES = 10;

/** After that they come this far apart, so that strangers cannot spend the provider's quota. */
export const WAKE_SPACING_MS = 10_000;

/** The nth of a list of delays, counted from 1; the last one repeats. */
export const delayOf = (delaysMs: readonly number[], nth: number): number =>
  delaysMs[Math.min(Math.max(nth, 1), delaysMs.length) - 1] ?? 0;
