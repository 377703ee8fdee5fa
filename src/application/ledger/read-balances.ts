import { Injectable } from '@nestjs/common';
import {
  LedgerRepository,
  positionOfBalance,
  type Balance,
  type BalanceGroups,
  type BalancePosition,
  type BalanceTime,
} from '../../persistence/ledger/ledger.repository.js';
import type { TenantScope } from '../../persistence/orders/orders.repository.js';
import { PeriodsRepository } from '../../persistence/periods/periods.repository.js';
import { noSuchPeriod } from './list-transfers.js';

export type { Balance, BalanceGroups, BalancePosition, BalanceTime };

/** What is on each account. */
@Injectable()
export class ReadBalances {
  constructor(
    private readonly ledger: LedgerRepository,
    private readonly periods: PeriodsRepository,
  ) {}

  /** Throws `period_not_found`. */
  async run(
    scope: TenantScope,
    time: BalanceTime,
    groups: BalanceGroups,
    after: BalancePosition | null,
    limit: number,
  ): Promise<{ readonly balances: readonly Balance[]; readonly next: BalancePosition | null }> {
    if (time.periodId !== null && !(await this.periods.exists(time.periodId))) throw noSuchPeriod();
    const found = await this.ledger.balances(scope, time, groups, after, limit + 1);
    const balances = found.slice(0, limit);
    const last = balances.at(-1);
    return { balances, next: found.length > limit && last ? positionOfBalance(last) : null };
  }
}
