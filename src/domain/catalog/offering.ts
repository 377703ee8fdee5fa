import { Decimal } from 'decimal.js';
import { massIn, type Grams } from '../mass.js';
import { money, type Money } from '../money.js';
import type { PaymentMethod } from '../providers/capabilities.js';
import type { ProviderId } from '../providers/calls.js';

export const OFFERING_KINDS = ['portfolio', 'listing', 'project'] as const;
export type OfferingKind = (typeof OFFERING_KINDS)[number];

/** Something that can be bought at one provider, in the provider's own words, read at `fetchedAt`. */
export interface Offering {
  readonly provider: ProviderId;
  readonly providerOfferingId: string;
  readonly kind: OfferingKind;
  readonly name: string;
  readonly description: string | null;
  readonly country: string | null;
  readonly registry: string | null;
  readonly vintage: number | null;
  readonly category: string | null;
  readonly isExAnte: boolean | null;
  /** Before tax. Null when the provider quotes only on request. */
  readonly unitPricePerTonne: Money | null;
  /** What is added to the price, as a share of it; null where nothing is. */
  readonly taxRate: Decimal | null;
  /** What can be bought now; null when the provider does not say. */
  readonly available: Grams | null;
  readonly minimum: Grams;
  readonly step: Grams;
  readonly paymentMethods: readonly PaymentMethod[];
  /** What is bought when the caller names no offering. At most one per provider. */
  readonly isDefault: boolean;
  readonly fetchedAt: Date;
}

/** Providers bill whole cents and pennies. */
const BILLED_DECIMALS = 2;

/** What a mass of the offering should cost by its listed price, tax included; null where it lists none. */
export const expectedTotal = ({ unitPricePerTonne: price, taxRate }: Offering, mass: Grams): Money | null => {
  if (price === null) return null;
  const total = price.amount.times(massIn(mass, 't')).times((taxRate ?? new Decimal(0)).plus(1));
  return money(total.toDecimalPlaces(BILLED_DECIMALS, Decimal.ROUND_UP), price.currency);
};
