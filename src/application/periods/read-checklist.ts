import { Injectable } from '@nestjs/common';
import { checklistOf, type CheckResult, type CloseFacts } from '../../domain/periods/close-checks.js';
import type { Closing } from '../../domain/periods/closing.js';
import type { MonthId } from '../../domain/periods/month.js';
import type { Period } from '../../domain/periods/period.js';
import { ClosingsRepository } from '../../persistence/periods/closings.repository.js';
import { PeriodsRepository } from '../../persistence/periods/periods.repository.js';
import { noSuchPeriod } from '../ledger/list-transfers.js';
import { VerifyLedger } from '../ledger/verify-ledger.js';

export interface Checklist {
  readonly period: Period;
  readonly checks: readonly CheckResult[];
  readonly books: CloseFacts['books'];
  /** Who closed and reopened it so far, the first act first. */
  readonly closings: readonly Closing[];
}

/** What has to be so before a month is closed, and whether it is. */
@Injectable()
export class ReadChecklist {
  constructor(
    private readonly periods: PeriodsRepository,
    private readonly closings: ClosingsRepository,
    private readonly verify: VerifyLedger,
  ) {}

  /** `waived`: the providers of which no statement is waited for. Throws `period_not_found`. */
  async run(id: MonthId, waived: readonly string[] = []): Promise<Checklist> {
    const [period, facts] = [await this.periods.find(id), await this.closings.facts(id)];
    if (!period || !facts) throw noSuchPeriod();
    // Takes a while where there are many orders: all that is known of each is read and posted anew.
    const books = await this.verify.run({ rebuild: true, periodId: id });
    return { period, books, checks: checklistOf({ ...facts, books, waived }), closings: await this.closings.of(id) };
  }
}
