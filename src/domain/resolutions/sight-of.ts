import { isDeepStrictEqual } from 'node:util';
import { disagreements, type Disagreement, type ExpectedOrder } from '../purchases/integrity.js';
import type { ProviderOrder } from '../providers/calls.js';
import type { Sight } from './sighting.js';

/** How a purchase that the provider shows stands to an order that nobody else has it for. */
export const sightOfPurchase = (order: ExpectedOrder, seen: ProviderOrder): Sight => {
  const differences = disagreements(order, seen);
  if (differences.length === 0) return 'found';
  const isUnnamed = differences.every(({ field, theirs }) => field === 'order_reference' && theirs === null);
  return isUnnamed ? 'without_reference' : 'differs';
};

/** A payment counts once it is made: a try that failed leaves the page open. */
export const isPaid = ({ status, price }: ProviderOrder): boolean => status !== 'awaiting_payment' && price !== null;

/** Of several reads, the one that stands in the way of a decision that wants nothing to be there. */
export const worstSight = (sights: readonly Sight[]): Sight =>
  WORST_FIRST.find((sight) => sights.includes(sight)) ?? 'not_read';

const WORST_FIRST: readonly Sight[] = ['found', 'open', 'unavailable', 'unreadable', 'unpaid', 'absent', 'cancelled'];

/** Whatever their order. */
export const sameDifferences = (some: readonly Disagreement[], others: readonly Disagreement[]): boolean =>
  isDeepStrictEqual(sorted(some), sorted(others));

const sorted = (differences: readonly Disagreement[]): readonly Disagreement[] =>
  differences
    .map(({ field, ours, theirs }) => ({ field, ours, theirs }))
    .toSorted((a, b) => a.field.localeCompare(b.field));
