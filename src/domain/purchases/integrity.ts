import { agrees, amountOf, isMoreThan, type Money } from '../money.js';
import type { Order } from '../orders/order.js';
import { printable } from '../printable.js';
import type { CheckoutSession, ProviderOrder, Retirement } from '../providers/calls.js';

/** The parts of an order that a provider's record can be compared with. */
export type ExpectedOrder = Pick<
  Order,
  | 'id'
  | 'orderedMass'
  | 'paymentMethod'
  | 'providerOfferingId'
  | 'beneficiary'
  | 'personalDataErasedAt'
  | 'price'
  | 'quoted'
  | 'maxTotal'
>;

export const DISAGREEMENT_FIELDS = [
  'mass',
  'currency',
  'price',
  'order_reference',
  'offering',
  'retirements',
  'beneficiary',
] as const;

/** One field in which the provider's record differs from the order, both as text. Names are not told: this is kept for good. */
export interface Disagreement {
  readonly field: (typeof DISAGREEMENT_FIELDS)[number];
  readonly ours: string | null;
  readonly theirs: string | null;
}

/** The same as it is told to people: the beneficiary at the provider may be somebody else's. */
export const nameless = (disagreements: readonly Disagreement[]): readonly Disagreement[] =>
  disagreements.map((each) => (each.field === 'beneficiary' ? { ...each, ours: null, theirs: null } : each));

/** One cent or penny: providers round totals that include fractions of it, and do not say which way. */
export const PRICE_TOLERANCE = '0.01';

/**
 * How the provider's record differs from what was ordered. If empty, the record may be applied. A field that a source
 * does not carry cannot differ, with one exception: an order bought on account must carry our order reference, because
 * without it a lookup could never find the order.
 */
export const disagreements = (
  expected: ExpectedOrder,
  seen: ProviderOrder | CheckoutSession,
): readonly Disagreement[] => {
  const { mass, price } = seen;
  const known = knownPrice(expected);
  const order = 'orderReference' in seen ? seen : null;
  const found: readonly (Disagreement & { readonly differs: boolean })[] = [
    {
      field: 'mass',
      differs: mass !== null && mass !== expected.orderedMass,
      ours: `${expected.orderedMass} g`,
      theirs: `${mass} g`,
    },
    {
      field: 'currency',
      differs: price !== null && isOtherCurrency(expected, price),
      ours: known?.currency ?? null,
      theirs: price?.currency ?? null,
    },
    {
      field: 'price',
      differs: price !== null && isWrongPrice(expected, price),
      ours: known && amountOf(known),
      theirs: price && amountOf(price),
    },
    {
      field: 'order_reference',
      differs: order !== null && isOtherReference(expected, order.orderReference),
      ours: expected.id,
      theirs: order?.orderReference ?? null,
    },
    {
      field: 'offering',
      differs: order !== null && differs(expected.providerOfferingId, order.providerOfferingId),
      ours: expected.providerOfferingId,
      theirs: order?.providerOfferingId ?? null,
    },
    {
      field: 'beneficiary',
      differs: order !== null && isForAnother(expected, order.beneficiaryName),
      ours: null,
      theirs: null,
    },
    {
      field: 'retirements',
      differs: order !== null && addsUpToOther(expected.orderedMass, order.retirements),
      ours: `${expected.orderedMass} g`,
      theirs: order && `${retiredMass(order.retirements)} g`,
    },
  ];
  // Compared as it came, kept as it can be shown.
  return found
    .filter(({ differs }) => differs)
    .map(({ field, ours, theirs }) => ({ field, ours, theirs: theirs && printable(theirs) }));
};

/** Of an order whose personal data was erased the name is not known any more. */
const isForAnother = ({ beneficiary, personalDataErasedAt }: ExpectedOrder, seen: string | null): boolean =>
  personalDataErasedAt === null && differs(beneficiary.name, seen);

const differs = (expected: string, seen: string | null): boolean => seen !== null && expected !== seen;

/** Compared only if every retirement states its mass, because a part of them is not the whole. */
const addsUpToOther = (ordered: number, retirements: readonly Retirement[]): boolean => {
  const masses = retirements.flatMap(({ mass }) => mass ?? []);
  if (masses.length === 0 || masses.length < retirements.length) return false;
  return retiredMass(retirements) !== ordered;
};

const retiredMass = (retirements: readonly Retirement[]): number =>
  retirements.reduce((sum, { mass }) => sum + (mass ?? 0), 0);

const isOtherReference = ({ id, paymentMethod }: ExpectedOrder, seen: string | null): boolean =>
  seen === null ? paymentMethod === 'account' : seen !== id;

/** The price that was charged or shown to the payer; before that, the quoted one. */
const knownPrice = ({ price, quoted }: ExpectedOrder): Money | null => price?.total ?? quoted;

const isOtherCurrency = (expected: ExpectedOrder, seen: Money): boolean => {
  const known = knownPrice(expected);
  return known !== null && known.currency !== seen.currency;
};

/** Another currency is a disagreement of its own, and then no prices can be compared. */
const isWrongPrice = (expected: ExpectedOrder, seen: Money): boolean => {
  if (isOtherCurrency(expected, seen)) return false;
  const known = knownPrice(expected);
  if (known !== null && !agrees(seen, known, PRICE_TOLERANCE)) return true;
  const { maxTotal } = expected;
  return maxTotal?.currency === seen.currency && isMoreThan(seen, maxTotal);
};
