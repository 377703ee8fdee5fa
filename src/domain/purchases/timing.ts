/** Every constant on which the safety of a purchase rests, and the pace of everything that is tried again. */

/** Hard end of every provider call, reading the response included. */
export const CALL_DEADLINE_MS = 30_000;

/**
 * A lease outlasts the call made under it, and leaves time to record what came of it. A request that took an idempotency key
 * is presumed at work for as long.
 */
export const LEASE_MS = 45_000;

/** Never start a call that might outlive the lease: this much must be left after its deadline. */
export const LEASE_MARGIN_MS = 5_000;

/** How long after its intent was committed a send may still be under way: it starts late at most within the lease. */
export const SEND_DEADLINE_MS = LEASE_MS - LEASE_MARGIN_MS;

/** A provider key is left alone for this long before the provider forgets it: used later it would be a new purchase. */
export const KEY_SAFETY_MARGIN_MS = 60 * 60_000;

/** Delays between sends under one key: quick first, because most silences are a lost response. */
export const RESEND_DELAYS_MS = [1_000, 2_000, 5_000, 15_000, 60_000, 300_000] as const;

/** A purchase proven absent is sent again automatically this often; after that a person decides. */
export const RESENDS_AFTER_ABSENCE = 1;

/** Pauses before the first lookups, each from the send or the lookup before; the next is at the visibility delay. */
export const LOOKUP_DELAYS_MS = [5_000, 25_000, 90_000] as const;

/** A list that cannot be read completely this often will not prove anything: a person decides. */
export const MAX_LOOKUPS = 12;

/** Our clock and the provider's may differ by this much: lists are read that much further back. */
export const CLOCK_SKEW_MS = 120_000;

/** A list that could not be read completely proves nothing; it is read again after this long. */
export const INCOMPLETE_LIST_RETRY_MS = 30_000;

/** An order under review is looked up this often, in case the proof turns up. */
export const REVIEW_LOOKUP_MS = 3_600_000;

/** Delays between tries that did not reach the provider, or that it declined to execute. */
export const RETRY_DELAYS_MS = [1_000, 2_000, 5_000, 15_000, 30_000, 60_000, 300_000] as const;

/** Tries that are proven not sent or not executed for this long are a person's business. The tries go on. */
export const SUBMISSION_PATIENCE_MS = 24 * 3_600_000;

/**
 * An order that waits for a slot in our own quota asks at least this often: lookups of other orders, which come after it,
 * would otherwise take every slot while it waits.
 */
export const QUOTA_RETRY_MS = 30_000;

/** At most this many payment ids are taken from browsers per order; further ones are not looked at. */
export const MAX_CLAIMED_PAYMENTS = 10;

/** However many callbacks come, this many different purchases are looked up for them. */
export const MAX_HINTED_ORDERS = 5;

/** The nth of a list of delays, counted from 1; the last one repeats. */
export const delayOf = (delaysMs: readonly number[], nth: number): number =>
  delaysMs[Math.min(Math.max(nth, 1), delaysMs.length) - 1] ?? 0;
