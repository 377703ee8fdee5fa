import { Injectable } from '@nestjs/common';
import { boundsOf, monthOf, monthsBetween, type MonthId } from '../../domain/periods/month.js';
import { PeriodsRepository } from '../../persistence/periods/periods.repository.js';
import { FinanceSettings } from '../ledger/finance-settings.js';

/** Opens the months that something is posted to. */
@Injectable()
export class OpenMonths {
  /** Months that are there: they stay. */
  private readonly opened = new Set<MonthId>();

  constructor(
    private readonly periods: PeriodsRepository,
    private readonly settings: FinanceSettings,
  ) {}

  /** All from the first of these times to the last: none between is missing, where nothing happened either. */
  async run(times: readonly Date[]): Promise<void> {
    const { timeZone } = this.settings;
    const ms = times.map(Number);
    const [first, last] = [Math.min(...ms), Math.max(...ms)].map((time) => monthOf(new Date(time), timeZone)) as [
      MonthId,
      MonthId,
    ];
    const missing = monthsBetween(first, last).filter((id) => !this.opened.has(id));
    if (missing.length === 0) return;
    await this.periods.open(missing.map((id) => boundsOf(id, timeZone)));
    for (const id of missing) this.opened.add(id);
  }
}
