import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterAbstract } from 'rate-limiter-flexible';

/** If Redis takes longer, this process uses its own counts, so Redis never delays a request noticeably. */
const REDIS_TIMEOUT_MS = 250;

/** Requests within a window, which begins with its first request. */
interface Counted {
  readonly totalHits: number;
  /** Seconds until the window ends. */
  readonly timeToExpire: number;
  readonly isBlocked: boolean;
  readonly timeToBlockExpire: number;
}

/** Counts in memory, or in Redis together with other processes. No request fails because Redis does. */
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

  /** Whether one more request would be above the limit. Counts nothing. */
  async isSpent(key: string, ttl: number, limit: number): Promise<boolean> {
    const counted = await this.counterFor(ttl / 1000).get(key);
    return counted !== null && counted.consumedPoints >= limit;
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  private counterFor(windowSeconds: number): RateLimiterAbstract {
    const known = this.counters.get(windowSeconds);
    if (known) return known;
    // The limiter's own limit is not used: the throttle guard compares the count with its limit.
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
      commandTimeout: REDIS_TIMEOUT_MS,
      connectTimeout: 2_000,
    });
    redis.on('error', (error: Error) => {
      if (!this.redisFails) this.logger.warn({ err: error }, 'Redis failed: this process counts requests on its own');
      this.redisFails = true;
    });
    redis.on('ready', () => {
      this.redisFails = false;
    });
    return redis;
  }
}
