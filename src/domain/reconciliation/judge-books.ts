import { checkBooks, type BookedOrder } from '../ledger/check-books.js';
import { finding, type Fact, type Finding } from './finding.js';

/** Enough to see what is wrong. */
const MOST_NAMED = 100;

/** What is to be said of the books of an order: nothing where they are what its events make of them. */
export const judgeBooks = (booked: BookedOrder): readonly Finding[] => {
  const wrong = checkBooks(booked, true);
  if (wrong === null) return [];
  const facts: readonly Fact[] = [
    ...wrong.broken.map((invariant) => ({ field: 'broken', ours: invariant, theirs: null })),
    ...wrong.disagreeing.slice(0, MOST_NAMED).map(({ kind, source, sequence, leg }) => ({
      field: kind,
      ours: `${source} ${sequence}.${leg}`,
      theirs: null,
    })),
  ];
  return [finding('ledger_disagrees', wrong.orderId, facts)];
};
