import { ERROR_CODES } from '../errors.js';
import type { Grams } from '../mass.js';
import type { Money } from '../money.js';
import type { Firmness, PaymentMethod } from '../providers/capabilities.js';
import type { ProviderId } from '../providers/calls.js';

export interface Offer {
  readonly id: string;
  readonly rank: number;
  readonly provider: ProviderId;
  readonly offering: { readonly providerOfferingId: string; readonly name: string };
  readonly paymentMethod: PaymentMethod;
  readonly orderedMass: Grams;
  readonly total: Money;
  readonly perTonne: Money;
  readonly tax: Money | null;
  readonly firmness: Firmness;
  readonly expiresAt: Date;
}

export const UNAVAILABLE_CODES = [...ERROR_CODES, 'timed_out', 'no_supply'] as const;

/** A provider that was asked and cannot serve, with the reason. */
export interface Unavailable {
  readonly provider: ProviderId;
  readonly paymentMethod: PaymentMethod | null;
  readonly code: (typeof UNAVAILABLE_CODES)[number];
  readonly detail: string;
}

export interface Quote {
  readonly id: string;
  readonly tenantId: string;
  readonly requestedMass: Grams;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly offers: readonly Offer[];
  readonly unavailable: readonly Unavailable[];
  /** The rates that the ranking used; null when all offers were in one currency. */
  readonly fx: { readonly date: string; readonly rates: Readonly<Record<string, string>> } | null;
}
