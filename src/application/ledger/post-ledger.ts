import { Injectable } from '@nestjs/common';
import { postOrder } from '../../domain/ledger/post-order.js';
import type { Transfer } from '../../domain/ledger/transfer.js';
import { PostingRepository, type PostingPage } from '../../persistence/ledger/posting.repository.js';
import { OpenMonths } from '../periods/open-months.js';

/** What a page of events posts is one short statement. */
const PAGE = 500;

/** Of those who wait for it: some seconds. */
const MOST_PAGES = 40;

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
  constructor(
    private readonly posting: PostingRepository,
    private readonly months: OpenMonths,
  ) {}

  async run(): Promise<Posted> {
    const page = await this.posting.nextPage(PAGE);
    const transfers = page.orders.flatMap(transfersOf);
    await this.months.run([page.readAt, ...transfers.map(({ effectiveAt }) => effectiveAt)]);
    const posted = await this.posting.commit(page, transfers);
    if (posted === null) return { events: 0, transfers: 0, next: 'elsewhere' };
    return { events: page.events, transfers: posted, next: page.events === PAGE ? 'more' : 'none' };
  }

  /** Posts what there is now, for what looks at the books. @returns false if that would take long. */
  async catchUp(): Promise<boolean> {
    for (let pages = 0; pages < MOST_PAGES; pages++) if ((await this.run()).next === 'none') return true;
    return false;
  }
}

const transfersOf = ({ id, tenantId, provider, order, events, postFrom }: PostingPage['orders'][number]): Transfer[] =>
  postOrder(order, events)
    .filter(({ sequence }) => sequence >= postFrom)
    .map((posting) => ({ ...posting, source: id, tenantId, provider, orderId: id }));
