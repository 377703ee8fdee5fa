import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { FEED_START, type FeedPosition } from '../../domain/events/feed-event.js';
import { FeedRepository, type FeedNews } from '../../persistence/events/feed.repository.js';

/** How often the feed is looked at while somebody waits: all who wait share one look. */
const LOOK_MS = 200;

/** News of one look. With so many, everybody who waits looks for himself. */
const MOST_NEWS = 500;

interface Waiter {
  readonly concerns: (news: FeedNews) => boolean;
  /** Resolves the wait under way. */
  call: () => void;
  /** News came that the waiter has not looked for yet. */
  isCalled: boolean;
}

export interface Patience {
  readonly waitMs: number;
  /** Aborted when the caller has hung up. */
  readonly gone: AbortSignal;
}

/**
 * Lets callers wait for what happens next, so that none of them has to poll. It reads the feed a few times a second, and
 * only while somebody waits: a notice with every commit would cost each purchase something.
 */
@Injectable()
export class FeedWatch implements OnModuleDestroy {
  private readonly waiters = new Set<Waiter>();
  /** Resolves once news that come from then on are seen. Null while nobody waits. */
  private watching: Promise<void> | null = null;
  private isStopping = false;

  constructor(private readonly feed: FeedRepository) {}

  /**
   * What `read` finds, now or after the first news of concern. @returns null if it finds nothing until `waitMs` are over,
   * the caller is gone or the process stops.
   */
  async untilFound<T>(
    read: () => Promise<T | null>,
    concerns: Waiter['concerns'],
    { waitMs, gone }: Patience,
  ): Promise<T | null> {
    const endsAtMs = performance.now() + waitMs;
    const found = await read();
    if (found !== null || waitMs === 0) return found;
    const waiter: Waiter = { concerns, call: () => undefined, isCalled: false };
    const leave = (): void => waiter.call();
    gone.addEventListener('abort', leave);
    this.waiters.add(waiter);
    try {
      await (this.watching ??= this.watch());
      for (;;) {
        waiter.isCalled = false;
        const leftMs = this.isStopping || gone.aborted ? 0 : endsAtMs - performance.now();
        const now = await read();
        if (now !== null || leftMs <= 0) return now;
        await nextCall(waiter, leftMs);
      }
    } finally {
      gone.removeEventListener('abort', leave);
      this.waiters.delete(waiter);
    }
  }

  /** Whoever waits is answered, so that the server can stop. */
  onModuleDestroy(): void {
    this.isStopping = true;
    for (const { call } of this.waiters) call();
  }

  private async watch(): Promise<void> {
    const from = await this.feed.latest().catch((thrown: unknown) => {
      this.watching = null;
      throw thrown;
    });
    void this.look(from ?? FEED_START);
  }

  private async look(from: FeedPosition): Promise<void> {
    let readTo = from;
    while (this.waiters.size > 0 && !this.isStopping) {
      await sleep(LOOK_MS, undefined, { ref: false });
      // Without the database there is no news; who waits is told so by the next read of his own.
      const news = await this.feed.newsAfter(readTo, MOST_NEWS).catch(() => []);
      readTo = news.at(-1)?.position ?? readTo;
      for (const waiter of this.waiters)
        if (news.length === MOST_NEWS || news.some(waiter.concerns)) {
          waiter.isCalled = true;
          waiter.call();
        }
    }
    this.watching = null;
  }
}

const nextCall = async (waiter: Waiter, atMostMs: number): Promise<void> => {
  if (waiter.isCalled) return;
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    waiter.call = resolve;
    timer = setTimeout(resolve, atMostMs);
  });
  clearTimeout(timer);
};
