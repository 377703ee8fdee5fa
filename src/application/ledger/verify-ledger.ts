import { Injectable } from '@nestjs/common';
import { checkBooks, type WrongOrder } from '../../domain/ledger/check-books.js';
import type { MonthId } from '../../domain/periods/month.js';
import { LedgerCheckRepository } from '../../persistence/ledger/ledger-check.repository.js';

/** Orders of one statement, with their histories. */
const ORDERS = 500;

/** Enough to see what is wrong; all are counted. */
const MOST_TOLD = 100;

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
        const found = checkBooks(order, rebuild);
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
