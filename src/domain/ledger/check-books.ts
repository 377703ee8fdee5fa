import type { KeptProof } from '../lots/proof.js';
import { toldProofs, type ToldRetirements } from '../lots/told-proofs.js';
import { compare, compareProofs, type Disagreeing } from './compare.js';
import { brokenInvariants, type Invariant } from './invariants.js';
import { postOrder, type LedgerEvent, type LedgerOrder } from './post-order.js';
import { postProof } from './post-proof.js';
import type { BookedTransfer } from './transfer.js';

/** An order with its history as far as it was posted, and everything in the books that names it. */
export interface BookedOrder {
  readonly id: string;
  readonly order: LedgerOrder;
  readonly events: readonly LedgerEvent[];
  readonly transfers: readonly BookedTransfer[];
  /** Of its events those that left it with retirements, as far as proofs were taken in from them. */
  readonly retired: readonly ToldRetirements[];
  readonly proofs: readonly KeptProof[];
}

/** What is wrong with the books of an order. */
export interface WrongOrder {
  readonly orderId: string;
  readonly broken: readonly Invariant[];
  readonly disagreeing: readonly Disagreeing[];
}

/** `rebuild`: everything is posted anew from the events, and compared, too. @returns null if nothing is wrong. */
export const checkBooks = (booked: BookedOrder, rebuild: boolean): WrongOrder | null => {
  const broken = brokenInvariants(booked.order, booked.transfers, booked.proofs);
  const disagreeing = rebuild ? disagreementsOf(booked) : [];
  return broken.length + disagreeing.length === 0 ? null : { orderId: booked.id, broken, disagreeing };
};

/** Of what follows from events and proofs. Statements and decisions post for an order, too. */
const disagreementsOf = ({ id, order, events, transfers, proofs, retired }: BookedOrder): readonly Disagreeing[] => {
  const from = (source: string) => transfers.filter((transfer) => transfer.source === source);
  return [
    ...compare(id, from(id), postOrder(order, events)),
    ...proofs.flatMap((proof) => compare(proof.id, from(proof.id), postProof(proof))),
    ...compareProofs(id, proofs, toldProofs(order.orderedMass, retired)),
  ];
};
