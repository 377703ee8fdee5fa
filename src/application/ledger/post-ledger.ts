import { Injectable } from '@nestjs/common';
import { postOrder } from '../../domain/ledger/post-order.js';
import type { Transfer } from '../../domain/ledger/transfer.js';
import { boundsOf, monthOf, monthsBetween, type MonthId } from '../../domain/periods/month.js';
import { PeriodsRepository } from '../../persistence/periods/periods.repository.js';
import { PostingRepository, type PostingPage } from '../../persistence/ledger/posting.repository.js';
import { FinanceSettings } from './finance-settings.js';

/** What a page of events posts is one short statement. */
const PAGE = 500;

export interface Posted {
  readonly events: number;
  readonly transfers: number;
  /** `more`: there may be more at once. `none`: the feed is read. `elsewhere`: another process does it. */
  readonly next: 'more' | 'none' | 'elsewhere';
}

/**
 * Reads the feed on, and posts what its events come to. Beside the purchases, never within one: whatever is wrong here,
 * none of them waits or fails for it. Any number of processes may do so.
 */
@Injectable()
export class PostLedger {
  /** Months that are there: they stay. */
  private readonly opened = new Set<MonthId>();

  constructor(
    private readonly posting: PostingRepository,
    private readonly periods: PeriodsRepository,
    private readonly settings: FinanceSettings,
  ) {}

  async run(): Promise<Posted> {
    const page = await this.posting.nextPage(PAGE);
    const transfers = page.orders.flatMap(transfersOf);
    await this.openMonths([page.readAt, ...transfers.map(({ effectiveAt }) => effectiveAt)].map(Number));
    const posted = await this.posting.commit(page, transfers);
    if (posted === null) return { events: 0, transfers: 0, next: 'elsewhere' };
    return { events: page.events, transfers: posted, next: page.events === PAGE ? 'more' : 'none' };
  }

  /** All months from the first of these times to the last: none between is missing, where nothing happened either. */
  private async openMonths(timesMs: readonly number[]): Promise<void> {
    const { timeZone } = this.settings;
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

const transfersOf = ({ id, tenantId, provider, order, events, postFrom }: PostingPage['orders'][number]): Transfer[] =>
  postOrder(order, events)
    .filter(({ sequence }) => sequence >= postFrom)
    .map((posting) => ({ ...posting, source: id, tenantId, provider, orderId: id }));
