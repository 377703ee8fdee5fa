import { delayOf } from './timing.js';

/**
 * Purchases that strangers name: a payer's browser by coming back with an id, a provider by a callback. Each is a claim
 * until an authenticated read decides it. Every claim is kept and is read at least once, whatever else was claimed; it is
 * the reads that are bounded and spaced, so that junk costs time and never hides the true one.
 */

export const CLAIM_SOURCES = ['return', 'callback'] as const;
export type ClaimSource = (typeof CLAIM_SOURCES)[number];

/** What each verdict says of the purchase that was named. */
export const CLAIM_VERDICTS = {
  claimed: 'not decided yet; looked at again',
  confirmed: "the order's own",
  refused: 'not of this order: it says so itself, belongs to another, or differs from what was ordered',
  unknown: 'the provider showed no such purchase, or none that was paid, at any look',
  disputed: 'fits this order, and another order has it: a person decides',
} as const;
export type ClaimVerdict = keyof typeof CLAIM_VERDICTS;

export interface PurchaseClaim {
  readonly providerOrderId: string;
  readonly source: ClaimSource;
  /** Reads of it that decided nothing. */
  readonly looks: number;
  /** Another order that has this purchase. */
  readonly ownerId: string | null;
  /** The provider named this purchase itself, when it opened the checkout of another order. */
  readonly isPromisedToAnother: boolean;
}

/** The undecided claims of one order. */
export interface PurchaseClaims {
  /**
   * Those to read next, of each source at most CLAIMS_PER_LOOK: the one that has waited longest, so that none waits for
   * ever, and otherwise those never read, the newest first.
   */
  readonly due: readonly PurchaseClaim[];
  /** Whether further ones of a source could not be kept. */
  readonly isFull: boolean;
  /** Reads of claims of this order that decided nothing, so far. */
  readonly looks: number;
  readonly lastLookAt: Date | null;
  /** When the next one is due that is not in `due`; in the past if more are due than are read at once. */
  readonly nextDueAt: Date | null;
}

export const NO_CLAIMS: PurchaseClaims = { due: [], isFull: false, looks: 0, lastLookAt: null, nextDueAt: null };

/** What a look at one claim came to. */
export interface ClaimDecision {
  readonly providerOrderId: string;
  readonly verdict: ClaimVerdict;
  /** When it is read again; null unless the verdict is still `claimed`. */
  readonly lookAgainMs: number | null;
}

/** Of each source so many undecided claims are kept per order. Beyond it a person is told, and each loss is counted. */
export const MAX_CLAIMS = 1_000;

export const CLAIMS_PER_LOOK = 5;

/** Different bodies of callbacks that are kept per order. They are evidence only: what one names is kept as a claim. */
export const MAX_CALLBACK_BODIES = 100;

/** So many reads of claims that decide nothing cost an order no waiting. An honest payer brings one id. */
const FREE_LOOKS = 10;

/** After that, claims of the order are read this far apart: at most ten reads a minute, of a quota that may be 60. */
export const CLAIM_SPACING_MS = 30_000;

/**
 * Delays before a claim that was not decided is read again. After the last the provider is taken not to know it: an hour
 * and more, where payments show within seconds; and longer than a hosted checkout can be paid, for an id that was brought
 * back before the payment.
 */
const CLAIM_DELAYS_MS = [5_000, 30_000, 120_000, 900_000, 3_600_000, 21_600_000, 86_400_000] as const;

/** Which claims to read now. */
export const claimsToRead = ({ due, looks, lastLookAt }: PurchaseClaims, now: Date): readonly PurchaseClaim[] =>
  now.getTime() < spacingEnd(looks, lastLookAt) ? [] : due;

/** When a claim that this read did not decide is read again. @returns null if it never is. */
export const lookAgainMs = ({ looks }: PurchaseClaim): number | null =>
  looks < CLAIM_DELAYS_MS.length ? delayOf(CLAIM_DELAYS_MS, looks + 1) : null;

/**
 * How long until claims of the order are to be read again, after a look that came to `decisions`.
 * @returns null if none is left to read.
 */
export const untilNextClaimMs = (
  { due, looks, lastLookAt, nextDueAt }: PurchaseClaims,
  decisions: readonly ClaimDecision[],
  now: Date,
): number | null => {
  const again = decisions.flatMap(({ lookAgainMs: delayMs }) => delayMs ?? []);
  const isLeft = due.some(({ providerOrderId: id }) => decisions.every((decision) => decision.providerOrderId !== id));
  const delays = [...again, ...(isLeft ? [0] : []), ...(nextDueAt ? [nextDueAt.getTime() - now.getTime()] : [])];
  if (delays.length === 0) return null;
  const spacedUntil = spacingEnd(looks + again.length, again.length > 0 ? now : lastLookAt);
  return Math.max(0, Math.min(...delays), spacedUntil - now.getTime());
};

const spacingEnd = (looks: number, lastLookAt: Date | null): number =>
  looks < FREE_LOOKS || lastLookAt === null ? 0 : lastLookAt.getTime() + CLAIM_SPACING_MS;
