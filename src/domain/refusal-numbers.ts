import type { LimitHolder } from './limits/purchase-limits.js';
import type { Grams, MassRule } from './mass.js';
import { amountOf, type Currency, type Money } from './money.js';
import type { PaymentMethod } from './providers/capabilities.js';
import type { StandingSwitch } from './switches/switch.js';
import type { Pause, PauseReason } from './providers/throttle.js';

/** As it is kept and shown: the amount as a decimal text. */
export interface PlainMoney {
  readonly amount: string;
  readonly currency: Currency;
}

export const plainMoney = (price: Money): PlainMoney => ({ amount: amountOf(price), currency: price.currency });

/** The orderable masses around one that is not. */
export interface NearestMasses {
  readonly below: Grams | null;
  readonly above: Grams | null;
}

/**
 * The numbers of a refusal, for programs: those that are its reason, and what would have been possible. Times as texts
 * and amounts as decimal texts, because quotes and orders keep them as JSON.
 */
export interface RefusalNumbers {
  /** Which masses can be ordered; where several offerings were looked at, the loosest of each bound. */
  readonly mass?: MassRule;
  /** What is left to buy, or of serial numbers to claim; null if nothing. */
  readonly available?: Grams | null;
  /** What it costs, and between what it would have to be. */
  readonly total?: PlainMoney;
  readonly minimumTotal?: PlainMoney | null;
  readonly maximumTotal?: PlainMoney | null;
  /** Those that are possible. */
  readonly paymentMethods?: readonly PaymentMethod[];
  /** The one that the provider charges. */
  readonly currency?: Currency;
  /** What one order may have. */
  readonly orderLimit?: { readonly of: LimitHolder; readonly mass: Grams | null; readonly total: PlainMoney | null };
  /** What a calendar month may cost, has cost, and would cost more with this order. */
  readonly monthLimit?: {
    readonly of: LimitHolder;
    readonly total: PlainMoney;
    readonly spent: PlainMoney;
    readonly order: PlainMoney;
  };
  readonly pause?: { readonly reason: PauseReason; readonly since: string; readonly askedAgainAt: string };
  /** What a person has switched off, and until when at most. */
  readonly switchedOff?: { readonly reason: string; readonly until: string };
  /** How long the provider was given. */
  readonly waitedSeconds?: number;
  readonly retryAfterSeconds?: number;
  readonly expiredAt?: string;
  /** The time that `expiredAt` was compared with. */
  readonly now?: string;
}

export const pauseNumbers = ({ reason, since, probeAt }: Pause): RefusalNumbers => ({
  pause: { reason, since: since.toISOString(), askedAgainAt: probeAt.toISOString() },
});

export const switchNumbers = ({ reason, until }: StandingSwitch): RefusalNumbers => ({
  switchedOff: { reason, until: until.toISOString() },
});
