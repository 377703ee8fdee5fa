import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import { FEED_START, type FeedPosition } from '../../domain/events/feed-event.js';
import {
  FeedRepository,
  type FeedFilter,
  type FeedNews,
  type FeedPage,
} from '../../persistence/events/feed.repository.js';
import { FeedWatch, type Patience } from './feed-watch.js';

export type { FeedFilter, FeedPage };

/** Where to go on: after a position, after the event with this id, or from the beginning. */
export type FeedAfter = FeedPosition | { readonly eventId: string } | null;

/** What happened, oldest first. */
@Injectable()
export class ReadFeed {
  constructor(
    private readonly feed: FeedRepository,
    private readonly watch: FeedWatch,
  ) {}

  /** Waits for an event as long as it may if there is none yet; the page is empty if none comes. */
  async run(filter: FeedFilter, from: FeedAfter, limit: number, patience: Patience): Promise<FeedPage> {
    let after = await this.positionOf(from, filter);
    const read = async (): Promise<FeedPage | null> => {
      const page = await this.feed.page(filter, after, limit);
      after = page.next;
      return page.events.length > 0 || page.hasMore ? page : null;
    };
    const page = await this.watch.untilFound(read, (news) => mayBeWanted(filter, news), patience);
    return page ?? { events: [], next: after, hasMore: false };
  }

  private async positionOf(from: FeedAfter, { scope }: FeedFilter): Promise<FeedPosition> {
    if (from === null) return FEED_START;
    if (!('eventId' in from)) return from;
    const position = await this.feed.positionOf(from.eventId, scope);
    if (!position) throw new AppError('event_not_found', 'There is no such event to go on after.');
    return position;
  }
}

const mayBeWanted = ({ scope, orderId }: FeedFilter, { tenantId, position }: FeedNews): boolean =>
  (scope === 'all_tenants' || scope.tenantId === tenantId) && (orderId === undefined || orderId === position.subject);
