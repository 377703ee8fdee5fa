import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { BookedTransfer } from '../../domain/ledger/transfer.js';
import {
  LedgerRepository,
  type TransferFilter,
  type TransferPosition,
} from '../../persistence/ledger/ledger.repository.js';
import { PeriodsRepository } from '../../persistence/periods/periods.repository.js';

export type { TransferFilter, TransferPosition };

/** What was posted, by what it follows from. */
@Injectable()
export class ListTransfers {
  constructor(
    private readonly ledger: LedgerRepository,
    private readonly periods: PeriodsRepository,
  ) {}

  /** Throws `period_not_found`. */
  async run(
    filter: TransferFilter,
    after: TransferPosition | null,
    limit: number,
  ): Promise<{ readonly transfers: readonly BookedTransfer[]; readonly next: TransferPosition | null }> {
    if (filter.periodId !== undefined && !(await this.periods.exists(filter.periodId))) throw noSuchPeriod();
    const found = await this.ledger.transfers(filter, after, limit + 1);
    const transfers = found.slice(0, limit);
    return { transfers, next: found.length > limit ? (transfers.at(-1) ?? null) : null };
  }
}

export const noSuchPeriod = (): AppError => new AppError('period_not_found', 'There is no such period.');
