import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterAbstract } from 'rate-limiter-flexible';

/** Slower than this, and the counts of this process have to do. */
const REDIS_PATIENCE_MS = 250;

/** Requests per window, from the first request of the window on. */
interface Counted {
  readonly totalHits: number;
  /** Seconds until the window ends. */
  readonly timeToExpire: number;
  readonly isBlocked: boolean;
  readonly timeToBlockExpire: number;
}

/** Counts in memory or, with a Redis, together with the other processes. A Redis that fails makes no request fail. */
export class RequestCounts implements ThrottlerStorage, OnApplicationShutdown {
  private readonly logger = new Logger(RequestCounts.name);
  private readonly redis: Redis | null;
  private readonly counters = new Map<number, RateLimiterAbstract>();
  private redisFails = false;

  constructor(redisUrl: string | null) {
    this.redis = redisUrl === null ? null : this.connect(redisUrl);
  }

  async increment(key: string, ttl: number, limit: number): Promise<Counted> {
    const { consumedPoints, msBeforeNext } = await this.counterFor(ttl / 1000).penalty(key, 1);
    const timeToExpire = Math.max(1, Math.ceil(msBeforeNext / 1000));
    const isBlocked = consumedPoints > limit;
    return { totalHits: consumedPoints, timeToExpire, isBlocked, timeToBlockExpire: isBlocked ? timeToExpire : 0 };
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  private counterFor(windowSeconds: number): RateLimiterAbstract {
    const known = this.counters.get(windowSeconds);
    if (known) return known;
    // Points are not used: the throttle compares the count with the limit itself.
    const shape = { keyPrefix: 'requests', points: Number.MAX_SAFE_INTEGER, duration: windowSeconds };
    const memory = new RateLimiterMemory(shape);
    const counter = this.redis
      ? new RateLimiterRedis({
          ...shape,
          storeClient: this.redis,
          insuranceLimiter: memory,
          rejectIfRedisNotReady: true,
        })
      : memory;
    this.counters.set(windowSeconds, counter);
    return counter;
  }

  private connect(url: string): Redis {
    const redis = new Redis(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: REDIS_PATIENCE_MS,
      connectTimeout: 2_000,
    });
    redis.on('error', (error: Error) => {
      if (!this.redisFails) this.logger.warn({ err: error }, 'Redis fails: this process counts requests for itself');
      this.redisFails = true;
    });
    redis.on('ready', () => {
      this.redisFails = false;
    });
    return redis;
  }
}
