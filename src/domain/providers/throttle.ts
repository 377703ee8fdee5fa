import type { Quota } from './capabilities.js';
import type { Operation, ProviderCall } from './provider.js';

/** How our own calls are kept within a provider's quota, and away from a provider that does not respond. */

/**
 * A bucket holds this much of its period at the most: a burst after a pause must not, with what flows in meanwhile, exceed
 * the limit by more than this share.
 */
const BURST_SHARE = 0.05;

/** One purchase with all its reads goes without waiting, however small the quota. */
const SMALLEST_BURST = 5;

/** Stays this much below the declared rate: the provider's clock and windows are not ours. */
const RATE_SHARE = 0.97;

/** The slowest pace that 429 responses can lower the rate to, as a share of it. */
export const SLOWEST_PACE = 0.05;

/** What a 429 leaves of the pace. */
export const PACE_AFTER_429 = 0.5;

/** Where a 429 does not say how long to wait. */
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

/** What an order waits for that is not bought yet, or in doubt, leaves this share of a quota to purchases. */
const AWAITED_RESERVE = 0.1;

/**
 * The share of each bucket that a read leaves to what matters more: purchases first, then what they wait for, then how
 * orders stand, then the catalog for those who only browse.
 */
const RESERVE: Readonly<Record<Operation, number>> = {
  placeOrder: 0,
  createCheckout: 0,
  cancel: 0,
  listOrders: AWAITED_RESERVE,
  quote: AWAITED_RESERVE,
  fetchStatus: 0.2,
  fetchCheckout: 0.2,
  offerings: 0.5,
};

/** A call of several reads goes on before another begins (`hasBegun`): what it has read would otherwise be read in vain. */
export const reserveFor = (
  operation: Operation,
  { isAwaited }: Pick<ProviderCall, 'isAwaited'>,
  hasBegun: boolean,
): number => (hasBegun ? 0.5 : 1) * (isAwaited ? AWAITED_RESERVE : RESERVE[operation]);

/** A purchase that would have to wait longer than this for its slot is deferred instead. */
export const MAX_PURCHASE_WAIT_MS = 2_000;

/** The same for a read. */
export const MAX_READ_WAIT_MS = 5_000;

export const PAUSE_REASONS = ['credentials', 'insufficient_credit', 'unavailable'] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

/** How long a provider is left alone before it is asked, by a read, whether it is back. */
export const PAUSE_MS: Readonly<Record<PauseReason, number>> = {
  unavailable: 15_000,
  credentials: 60_000,
  insufficient_credit: 300_000,
};

/** This many calls of a class in a row without a response, from whichever process, pause the class. */
export const FAILURES_TO_PAUSE = 5;

/** Hard end of the read that asks whether a provider is back. */
export const PROBE_DEADLINE_MS = 10_000;

/** A class of calls is not made at the moment. */
export interface Pause {
  readonly reason: PauseReason;
  readonly since: Date;
  /** From then on one process may ask whether the provider is back. */
  readonly probeAt: Date;
  /** The same as a delay, by the database's clock. */
  readonly probeInMs: number;
}
