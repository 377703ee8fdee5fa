import { setTimeout } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { LEASE_MS } from '../../domain/purchases/timing.js';
import { IdempotencyRepository, type KeyLock } from '../../persistence/idempotency/idempotency.repository.js';

const RETRY_MS = 1_000;

/** More than this many are not kept: their locks run out by themselves. */
const MAX_PENDING = 10_000;

/**
 * Releases the keys of requests that failed, so that a repeat can go on at once. Where the database is away it tries
 * again until the database is back, for all of them in one statement, or until the lock has run out anyway.
 */
@Injectable()
export class KeyReleases implements OnModuleDestroy {
  private readonly logger = new Logger(KeyReleases.name);
  /** By owner, and until when the lock can hold. */
  private readonly pending = new Map<string, { readonly lock: KeyLock; readonly untilMs: number }>();
  private readonly stopping = new AbortController();
  private isTrying = false;

  constructor(private readonly keys: IdempotencyRepository) {}

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /** Never rejects. Resolves after the first try. */
  async release(lock: KeyLock): Promise<void> {
    await this.keys.release([lock]).catch((thrown: unknown) => {
      this.logger.warn({ err: thrown }, 'an idempotency key could not be released; trying again until it can');
      this.keepTrying(lock);
    });
  }

  /**
   * For a lock of which it is not known whether it was taken, because the database did not respond: the statement may
   * still be under way there, and the lock appear when it ends.
   */
  releaseOnceSeen(lock: KeyLock): void {
    this.keepTrying(lock);
  }

  private keepTrying(lock: KeyLock): void {
    if (this.pending.size >= MAX_PENDING) return;
    this.pending.set(lock.owner, { lock, untilMs: performance.now() + LEASE_MS });
    if (!this.isTrying) void this.tryAll();
  }

  private async tryAll(): Promise<void> {
    this.isTrying = true;
    while (this.pending.size > 0 && !this.stopping.signal.aborted) {
      const locks = [...this.pending.values()].map(({ lock }) => lock);
      const released = await this.keys.release(locks).catch(() => []);
      for (const owner of released) this.pending.delete(owner);
      for (const [owner, { untilMs }] of this.pending) if (untilMs < performance.now()) this.pending.delete(owner);
      await setTimeout(RETRY_MS, undefined, { ref: false, signal: this.stopping.signal }).catch(() => undefined);
    }
    this.isTrying = false;
  }
}
