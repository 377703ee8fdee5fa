import { Injectable } from '@nestjs/common';
import { Disclosure } from '../../domain/exports/disclosure.js';
import { MASS } from '../../domain/ledger/units.js';
import { LedgerRepository } from '../../persistence/ledger/ledger.repository.js';
import type { TenantScope } from '../../persistence/orders/orders.repository.js';
import { MonthExports } from './month-exports.js';

const NOT_APART = { tenant: false, provider: false, label: null } as const;

/** What was retired in a year, by what disclosure asks for, as the books are now. */
@Injectable()
export class DiscloseYear {
  constructor(
    private readonly months: MonthExports,
    private readonly ledger: LedgerRepository,
  ) {}

  /** `plannedGrams`: bought, and to be retired. */
  async run(
    year: number,
    scope: TenantScope,
  ): Promise<{ readonly disclosure: Disclosure; readonly plannedGrams: bigint }> {
    const disclosure = new Disclosure();
    await this.months.eachOfYear(year, scope, (row) => disclosure.add(row));
    const balances = await this.ledger.balances(scope, { periodId: null, before: null }, NOT_APART, null, 1_000);
    const onOrder = balances.find(({ account, asset }) => account === 'on_order' && asset === MASS);
    return { disclosure, plannedGrams: onOrder ? onOrder.debits - onOrder.credits : 0n };
  }
}
