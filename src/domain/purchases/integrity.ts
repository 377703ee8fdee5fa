import { agrees, isMoreThan, type Money } from '../money.js';
import type { Order } from '../orders/order.js';
import type { CheckoutSession, ProviderOrder, Retirement } from '../providers/provider.js';

/** What an order was placed for, as far as a provider's record of it can be held against it. */
export type ExpectedOrder = Pick<
  Order,
  'id' | 'orderedMass' | 'paymentMethod' | 'providerOfferingId' | 'beneficiary' | 'price' | 'quoted' | 'maxTotal'
>;

export const DISAGREEMENTS = [
  'mass',
  'currency',
  'price',
  'reference',
  'offering',
  'beneficiary',
  'retirements',
] as const;
export type Disagreement = (typeof DISAGREEMENTS)[number];

/** One cent or penny: providers round a total that is made of fractions of it, and do not say which way. */
const PRICE_TOLERANCE = '0.01';

/**
 * In what the provider's record differs from what was ordered; empty: it may be applied. Pure. What a source does not
 * say cannot differ, with one exception: an order bought on account carries our reference, because one that lost it is
 * one that no look-up will ever find.
 */
export const disagreements = (
  expected: ExpectedOrder,
  seen: ProviderOrder | CheckoutSession,
): readonly Disagreement[] => {
  const found: Record<Disagreement, boolean> = {
    mass: seen.mass !== null && seen.mass !== expected.orderedMass,
    currency: seen.price !== null && isOtherCurrency(expected, seen.price),
    price: seen.price !== null && isWrongPrice(expected, seen.price),
    reference: 'orderReference' in seen && isOtherReference(expected, seen.orderReference),
    offering: 'providerOfferingId' in seen && differs(expected.providerOfferingId, seen.providerOfferingId),
    retirements: 'retirements' in seen && addsUpToOther(expected.orderedMass, seen.retirements),
    beneficiary: 'beneficiaryName' in seen && differs(expected.beneficiary.name, seen.beneficiaryName),
  };
  return DISAGREEMENTS.filter((name) => found[name]);
};

const differs = (expected: string, seen: string | null): boolean => seen !== null && expected !== seen;

/** Only where every retirement tells its mass: a part of them is not the whole. */
const addsUpToOther = (ordered: number, retirements: readonly Retirement[]): boolean => {
  const masses = retirements.flatMap(({ mass }) => mass ?? []);
  if (masses.length === 0 || masses.length < retirements.length) return false;
  return masses.reduce<number>((sum, mass) => sum + mass, 0) !== ordered;
};

const isOtherReference = ({ id, paymentMethod }: ExpectedOrder, seen: string | null): boolean =>
  seen === null ? paymentMethod === 'account' : seen !== id;

/** What was charged or shown to the payer before; until then, what was quoted. */
const knownPrice = ({ price, quoted }: ExpectedOrder): Money | null => price?.total ?? quoted;

const isOtherCurrency = (expected: ExpectedOrder, seen: Money): boolean => {
  const known = knownPrice(expected);
  return known !== null && known.currency !== seen.currency;
};

/** Another currency is a disagreement of its own: there is no price to compare then. */
const isWrongPrice = (expected: ExpectedOrder, seen: Money): boolean => {
  if (isOtherCurrency(expected, seen)) return false;
  const known = knownPrice(expected);
  if (known !== null && !agrees(seen, known, PRICE_TOLERANCE)) return true;
  const { maxTotal } = expected;
  return maxTotal?.currency === seen.currency && isMoreThan(seen, maxTotal);
};
