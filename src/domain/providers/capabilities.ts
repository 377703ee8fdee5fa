import type { MassRule } from '../mass.js';
import type { Currency, Money } from '../money.js';
import type { TextLimit } from './text-limits.js';

export const PAYMENT_METHODS = ['account', 'checkout'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

export const FIRMNESSES = ['firm', 'indicative', 'computed'] as const;
/** Whether a quote binds the provider until it expires. */
export type Firmness = (typeof FIRMNESSES)[number];

/** Whatever it promises, an offer that is ordered is never bought above its price. */
export const FIRMNESS_MEANINGS: Readonly<Record<Firmness, string>> = {
  firm: 'it binds the provider until `expires_at`',
  indicative: 'the provider named it and is not bound by it. It is asked again before an order of the offer is sent',
  computed:
    'the provider names no prices for a mass: computed here from its price list, and again before an order of the offer is sent',
};

/**
 * How a provider protects a purchase from being made twice, and so what may follow an ambiguous send.
 * - `key`: the same bytes under the same key buy once, for `retentionMs` after the first send.
 * - `lookup`: nothing protects a repeat; orders can be listed and found by our reference. A purchase that has not
 *   shown up `visibilityDelayMs` after its send deadline, in a list read completely, was not made.
 * - `none`: neither. Nothing is ever re-sent.
 */
export type Idempotency =
  | { readonly kind: 'key'; readonly retentionMs: number; readonly visibilityDelayMs: number }
  | { readonly kind: 'lookup'; readonly visibilityDelayMs: number }
  | { readonly kind: 'none' };

export interface CheckoutCapability {
  /** How long the hosted checkout can be paid, counted from its creation. */
  readonly expiresAfterMs: number;
  /**
   * `session`: the session can be read at any time, paid or not (`fetchCheckout`).
   * `return`: nothing can be read until the payer's browser brings back a payment id.
   */
  readonly knownBy: 'session' | 'return';
  /** The smallest and the largest total that can be paid this way; null where no limit is known. */
  readonly minimumTotal: Money | null;
  readonly maximumTotal: Money | null;
}

export interface Quota {
  readonly requests: number;
  readonly perMs: number;
  readonly counts: 'reads' | 'writes' | 'all';
}

/**
 * Who pays for what was bought, and what of it comes as a statement. Whoever buys through a hosted checkout pays there and
 * then, so where the provider invoices, that is for orders on account.
 */
export interface Settlement {
  readonly by: 'invoice' | 'payer';
  /** What a line of its statement is about: one order, several together, or there are none. */
  readonly lines: 'order' | 'aggregate' | 'none';
  /** Where its days and months are: an IANA time zone. */
  readonly timeZone: string;
  /** Whether its lines are expected to carry tax. */
  readonly taxed: boolean;
  /** A retirement is expected on an invoice within so many days after the end of its month; 0 where none comes. */
  readonly invoiceDays: number;
}

/** What a provider can do and promises, as data. The engine depends on this, never on which provider it is. */
export interface Capabilities {
  readonly paymentMethods: readonly PaymentMethod[];
  /** Applies to every offering; an offering may be stricter, never looser. */
  readonly mass: MassRule;
  /** An order with a text above one of these is refused before it is accepted: what becomes public is never cut. */
  readonly textLimits: readonly TextLimit[];
  readonly currency: Currency;
  readonly quote: { readonly firmness: Firmness; readonly validForMs: number };
  /**
   * `response`: the response to a purchase says what was charged. `quote`: it does not, so the price is taken from a
   * quote made just before.
   */
  readonly priceFrom: 'response' | 'quote';
  readonly idempotency: Idempotency;
  readonly callbacks: 'signed' | 'unsigned' | 'none';
  /** Null if an order cannot be cancelled once placed. `while`: the statuses in which it can. */
  readonly cancellation: {
    readonly while: readonly ('placed' | 'accepted')[];
    readonly refundable: boolean | null;
  } | null;
  readonly checkout: CheckoutCapability | null;
  readonly quota: readonly Quota[];
  readonly settlement: Settlement;
  /** How long offerings may be kept; a provider's terms may forbid more. */
  readonly catalogMaxAgeMs: number;
  /** The proof that exists once an order is completed. */
  readonly evidence: readonly ('certificate' | 'retirement_link' | 'serial_numbers' | 'status_only')[];
  /** The page of an order that the provider itself shows to people, with `{id}` for its id; null where none is documented. */
  readonly orderPage: string | null;
  /** Where each line above comes from: "documented", "observed" or "assumed", with the source. */
  readonly sources: Readonly<Record<Exclude<keyof Capabilities, 'sources'>, string>>;
}
