import { Injectable } from '@nestjs/common';
import { boundsOf, monthOf, monthsBetween, type MonthId } from '../../domain/periods/month.js';
import { PeriodsRepository } from '../../persistence/periods/periods.repository.js';
import { FinanceSettings } from '../ledger/finance-settings.js';

/** Sees to it that what is posted finds a period. */
@Injectable()
export class OpenMonths {
  /** Months that are there: they stay. */
  private readonly opened = new Set<MonthId>();

  constructor(
    private readonly periods: PeriodsRepository,
    private readonly settings: FinanceSettings,
  ) {}

  /** The month that it is. @returns what time it is. */
  async current(): Promise<Date> {
    const now = await this.periods.now();
    await this.run([now]);
    return now;
  }

  /** All months from the first of these times to the last: none between is missing, where nothing happened either. */
  async run(times: readonly Date[]): Promise<void> {
    const { timeZone } = this.settings;
    const timesMs = times.map(Number);
    const [first, last] = [Math.min(...timesMs), Math.max(...timesMs)].map((ms) => monthOf(new Date(ms), timeZone)) as [
      MonthId,
      MonthId,
    ];
    const missing = monthsBetween(first, last).filter((id) => !this.opened.has(id));
    if (missing.length === 0) return;
    await this.periods.open(missing.map((id) => boundsOf(id, timeZone)));
    for (const id of missing) this.opened.add(id);
  }
}
