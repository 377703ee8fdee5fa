import { Injectable } from '@nestjs/common';
import { compare, compareProofs, type Disagreeing } from '../../domain/ledger/compare.js';
import { brokenInvariants, type Invariant } from '../../domain/ledger/invariants.js';
import { postOrder } from '../../domain/ledger/post-order.js';
import { postProof } from '../../domain/ledger/post-proof.js';
import { toldProofs } from '../../domain/lots/told-proofs.js';
import type { MonthId } from '../../domain/periods/month.js';
import { LedgerCheckRepository, type BookedOrder } from '../../persistence/ledger/ledger-check.repository.js';

/** Orders of one statement, with their histories. */
const ORDERS = 500;

/** Enough to see what is wrong; all are counted. */
const MOST_TOLD = 100;

/** What is wrong with the books of an order. */
export interface WrongOrder {
  readonly orderId: string;
  readonly broken: readonly Invariant[];
  readonly disagreeing: readonly Disagreeing[];
}

export interface VerifiedLedger {
  readonly agrees: boolean;
  readonly orders: number;
  readonly transfers: number;
  /** How many transfers are in a month that was over before they happened. */
  readonly outOfPeriod: number;
  /** How many lots have not the mass claimed that their claims come to, or more than they have. */
  readonly wrongLots: number;
  /** Of how many breaks the books have something else than people and rules have decided. */
  readonly wrongDecisions: number;
  /** How many orders are wrong, and the first of them. */
  readonly wrong: number;
  readonly told: readonly WrongOrder[];
}

/** Whether the books are what they must be. Reads them, some orders at a time, and changes nothing. */
@Injectable()
export class VerifyLedger {
  constructor(private readonly books: LedgerCheckRepository) {}

  /**
   * `rebuild`: everything is posted anew in memory, from the events, and compared with what is stored. `periodId`: only
   * orders that have something in this month, all of each.
   */
  async run({
    rebuild,
    periodId = null,
  }: {
    readonly rebuild: boolean;
    readonly periodId?: MonthId | null;
  }): Promise<VerifiedLedger> {
    let [orders, transfers, wrong] = [0, 0, 0];
    const told: WrongOrder[] = [];
    for (let after = ''; ;) {
      const page = await this.books.ordersAfter(after, ORDERS, periodId);
      for (const order of page) {
        orders += 1;
        transfers += order.transfers.length;
        const found = wrongsOf(order, rebuild);
        if (found === null) continue;
        wrong += 1;
        if (told.length < MOST_TOLD) told.push(found);
      }
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.id;
    }
    const outOfPeriod = await this.books.outOfPeriod();
    const wrongLots = await this.books.wrongLots();
    const wrongDecisions = await this.books.wrongDecisions();
    const agrees = wrong === 0 && outOfPeriod === 0 && wrongLots === 0 && wrongDecisions === 0;
    return { agrees, orders, transfers, outOfPeriod, wrongLots, wrongDecisions, wrong, told };
  }
}

const wrongsOf = (booked: BookedOrder, rebuild: boolean): WrongOrder | null => {
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
