import type { Quota } from './capabilities.js';
import type { Operation, ProviderCall } from './calls.js';

/** The numbers that keep our calls within a provider's quota, and away from a provider that does not respond. */

/**
 * A full bucket holds this share of the limit. A burst after a pause, together with what refills in the same period,
 * exceeds the limit by at most this share.
 */
const BURST_SHARE = 0.05;

/** Enough for one purchase with all its reads, however small the quota. */
const SMALLEST_BURST = 5;

/** Stays this much below the declared rate: the provider's clock and windows are not ours. */
const RATE_SHARE = 0.97;

/** The slowest pace that 429 responses can lower the rate to, as a share of it. */
export const SLOWEST_PACE = 0.05;

/** A 429 lowers the pace to this share of it. */
export const PACE_AFTER_429 = 0.5;

/** How long to wait after a 429 that does not say. */
export const RETRY_AFTER_429_MS = 1_000;

/** One declared limit as a token bucket, shared by all processes under its name. */
export interface Bucket {
  readonly name: string;
  readonly capacity: number;
  readonly tokensPerMs: number;
}

/** The buckets that count a call of this kind. */
export const bucketsFor = (quotas: readonly Quota[], counts: 'reads' | 'writes'): readonly Bucket[] =>
  quotas
    .filter((quota) => quota.counts === 'all' || quota.counts === counts)
    .map(({ counts: counted, requests, perMs }) => ({
      name: `${counted}/${perMs}`,
      capacity: Math.max(SMALLEST_BURST, requests * BURST_SHARE),
      tokensPerMs: (requests * RATE_SHARE) / perMs,
    }));

/** Every bucket of a provider, whichever calls it counts. */
export const allBuckets = (quotas: readonly Quota[]): readonly Bucket[] => {
  const buckets = [...bucketsFor(quotas, 'reads'), ...bucketsFor(quotas, 'writes')];
  return [...new Map(buckets.map((bucket) => [bucket.name, bucket])).values()];
};

/** How full a bucket was when that was written down, how long ago that is, and how fast it fills since. */
export interface BucketLevel {
  readonly tokens: number;
  readonly ageMs: number;
  readonly pace: number;
}

/** From 0 to 1. */
export const shareLeft = ({ capacity, tokensPerMs }: Bucket, { tokens, ageMs, pace }: BucketLevel): number => {
  const filled = tokens + Math.max(0, ageMs) * tokensPerMs * pace;
  return Math.min(1, Math.max(0, filled / capacity));
};

/** A read that a new order or one in doubt waits for leaves this share of a quota to purchases. */
const AWAITED_RESERVE = 0.1;

/** And a read that nobody waits for leaves this share to everything else. */
const UNHURRIED_RESERVE = 0.6;

/**
 * The share of each bucket that a call leaves to more important ones: purchases first, then the reads they wait for,
 * then polls of orders and prices for callers who only ask, then the catalog for browsing. Within a lane tenants take
 * turns (`take_quota`).
 */
const RESERVE: Readonly<Record<Exclude<Operation, 'quote'>, number>> = {
  placeOrder: 0,
  createCheckout: 0,
  cancel: 0,
  listOrders: AWAITED_RESERVE,
  fetchStatus: 0.2,
  fetchCheckout: 0.2,
  offerings: 0.5,
};

/**
 * A call of several reads that has begun goes before one that has not: otherwise its first reads would be wasted.
 * `quoteReserve`: what prices leave that no order waits for.
 */
export const reserveFor = (
  operation: Operation,
  { isAwaited, isUnhurried }: Pick<ProviderCall, 'isAwaited' | 'isUnhurried'>,
  hasBegun: boolean,
  quoteReserve: number,
): number => {
  const usual = isUnhurried ? UNHURRIED_RESERVE : operation === 'quote' ? quoteReserve : RESERVE[operation];
  return (hasBegun ? 0.5 : 1) * (isAwaited ? AWAITED_RESERVE : usual);
};

/** A purchase that would have to wait longer than this for its slot is deferred instead. */
export const MAX_PURCHASE_WAIT_MS = 2_000;

/** A purchase that is deferred comes back for its turn. Of one that has to wait longer, nobody knows when. */
export const PURCHASE_PATIENCE_MS = 30_000;

/** A read that would have to wait longer than this for its slot fails instead. */
export const MAX_READ_WAIT_MS = 5_000;

/** Pauses that all processes share. */
export const SHARED_PAUSE_REASONS = ['credentials', 'insufficient_credit', 'unavailable'] as const;

/** And the one of a single process, which calls another account than the one where orders are open. */
export const PAUSE_REASONS = [...SHARED_PAUSE_REASONS, 'other_account'] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

/** How long a provider is left alone before it is asked, by a read, whether it is back. */
export const PAUSE_MS: Readonly<Record<PauseReason, number>> = {
  unavailable: 15_000,
  credentials: 60_000,
  insufficient_credit: 300_000,
  // Not asked at the provider: the database knows.
  other_account: 10_000,
};

/** This many calls of a class in a row without a response, counted over all processes, pause the class. */
export const FAILURES_TO_PAUSE = 5;

/** Hard deadline of the read that asks whether a provider is back. */
export const PROBE_DEADLINE_MS = 10_000;

/** A class of calls to a provider is stopped for now. */
export interface Pause {
  readonly reason: PauseReason;
  readonly since: Date;
  /** From this time on one process may ask whether the provider is back. */
  readonly probeAt: Date;
  /** The same as a delay, by the database's clock. */
  readonly probeInMs: number;
}
