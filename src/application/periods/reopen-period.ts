import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { periodReopened } from '../../domain/audit/period-acts.js';
import { AppError } from '../../domain/errors.js';
import type { Actor } from '../../domain/orders/cause.js';
import { reopenRefusal, type Closing } from '../../domain/periods/closing.js';
import type { MonthId } from '../../domain/periods/month.js';
import { OperatorsRepository } from '../../persistence/access/operators.repository.js';
import { ClosingsRepository } from '../../persistence/periods/closings.repository.js';
import { PeriodsRepository } from '../../persistence/periods/periods.repository.js';
import { noSuchPeriod } from '../ledger/list-transfers.js';
import { closingBy, earlierAct, type Wish } from './acting-person.js';

/** Opens the latest closed month again. What its closing has kept stays, and its next one is another version. */
@Injectable()
export class ReopenPeriod {
  constructor(
    private readonly closings: ClosingsRepository,
    private readonly periods: PeriodsRepository,
    private readonly operators: OperatorsRepository,
  ) {}

  /** Throws `period_not_found`, `period_not_latest` and `period_not_reopenable`. */
  async run(id: MonthId, wish: Wish, by: Actor): Promise<{ readonly closing: Closing; readonly replayed: boolean }> {
    if (!(await this.periods.exists(id))) throw noSuchPeriod();
    const reopenedBy = await closingBy(this.operators, by, 'finance:approve', wish);
    const done = await this.closings.locked(id, async (locked) => {
      const known = await earlierAct(this.closings, reopenedBy);
      if (known) return { closing: known, replayed: true };
      const { now } = await locked.facts();
      const refusal = reopenRefusal(locked.period, { closedAfter: await locked.closedAfter(), now });
      if (refusal) throw new AppError(refusal.code, refusal.why);
      const act = periodReopened(id, locked.period.version);
      return { closing: await locked.reopen(reopenedBy, applied(by, act)), replayed: false };
    });
    if (!done) throw noSuchPeriod();
    return done;
  }
}
