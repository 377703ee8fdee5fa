import type { Grams } from '../mass.js';
import type { Money } from '../money.js';
import type { Firmness, PaymentMethod } from '../providers/capabilities.js';
import type { ProviderId } from '../providers/calls.js';
import type { Absence } from './absence.js';
import type { ComparedRates } from './ranking.js';

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

export interface Quote {
  readonly id: string;
  readonly tenantId: string;
  readonly requestedMass: Grams;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly offers: readonly Offer[];
  readonly unavailable: readonly Absence[];
  /** The rates that the ranking used; null when all offers were in one currency. */
  readonly fx: ComparedRates | null;
}
