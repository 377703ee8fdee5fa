import type { Legs, OrderLeg, ProviderLeg, StatementLeg } from './legs.js';

/** Amounts that differ by no more agree (ADR 3): providers round to the cent, we to the millionth. */
export const CENT = 10_000n;

/** Of a line for so many orders: each of their prices may be rounded by half a cent, and no sum is waved through. */
export const toleratedOf = (orders: number): bigint => {
  const [halfCents, most] = [5_000n * BigInt(orders), 5_000_000n];
  return halfCents < most ? halfCents : most;
};

export const sizeOf = (units: bigint): bigint => (units < 0n ? -units : units);

export const isBought = ({ status }: Pick<OrderLeg, 'status'>): boolean =>
  status === 'placed' || status === 'accepted' || status === 'retired' || status === 'completed';

export const isRetired = ({ status }: OrderLeg): boolean => status === 'retired' || status === 'completed';

export const isInDoubt = ({ status }: Pick<OrderLeg, 'status'>): boolean =>
  status === 'submitting' || status === 'in_doubt';

/** Purchases that stand. */
export const standing = ({ p }: Legs): readonly ProviderLeg[] => p.filter(({ state }) => state !== 'undone');

/** Lines by which id and reference do not name two orders. */
export const linked = ({ o, s }: Legs): readonly StatementLeg[] => s.filter((line) => o === null || !namesTwo(o, line));

const ORDER = /^ord_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** Whether the provider's id is of the order, and the reference of another one. */
export const namesTwo = (
  o: OrderLeg,
  { providerOrderId, reference }: Pick<ProviderLeg | StatementLeg, 'providerOrderId' | 'reference'>,
): boolean =>
  providerOrderId !== null &&
  providerOrderId === o.providerOrderId &&
  reference !== null &&
  ORDER.test(reference) &&
  reference !== o.id;

/** Whether the purchase that we know of is in the provider's list, whatever became of it there. */
export const isListed = ({ providerOrderId }: OrderLeg, p: readonly ProviderLeg[]): boolean =>
  providerOrderId === null ? p.length > 0 : p.some((each) => each.providerOrderId === providerOrderId);

/** How many purchases stand for an order: those in the list, and ours if the list lacks it. */
export const purchasesOf = (o: OrderLeg, legs: Legs): number =>
  standing(legs).length + (isBought(o) && standing(legs).length > 0 && !isListed(o, legs.p) ? 1 : 0);

interface Charged {
  readonly charges: readonly StatementLeg[];
  readonly credits: readonly StatementLeg[];
  /** Charges less credits, and less what is claimed back and not credited yet. */
  readonly netUnits: bigint;
  readonly taxUnits: bigint;
  /** Null where a line tells none. */
  readonly grams: bigint | null;
}

/** What the statements come to for an order. */
export const chargedFor = (legs: Legs): Charged => {
  const charges = linked(legs).filter(({ kind }) => kind === 'charge');
  const credits = linked(legs).filter(({ kind }) => kind === 'credit');
  const less = (of: (line: StatementLeg) => bigint): bigint =>
    charges.reduce((sum, line) => sum + of(line), 0n) - credits.reduce((sum, line) => sum + of(line), 0n);
  const tellsMass = [...charges, ...credits].every(({ grams }) => grams !== null);
  return {
    charges,
    credits,
    netUnits: less(({ netUnits }) => netUnits) - (legs.o?.refundDue?.units ?? 0n),
    taxUnits: less(({ taxUnits }) => taxUnits),
    grams: tellsMass ? less(({ grams }) => grams ?? 0n) : null,
  };
};

/** Of two currencies nothing can be compared but that. */
export const currenciesOf = (legs: Legs): readonly string[] => [
  ...new Set([
    ...(legs.o?.price ? [legs.o.price.currency] : []),
    ...standing(legs).flatMap(({ currency }) => currency ?? []),
    ...linked(legs).map(({ currency }) => currency),
  ]),
];
