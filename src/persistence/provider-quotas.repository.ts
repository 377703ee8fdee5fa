import { Injectable } from '@nestjs/common';
import type { Quota } from '../domain/provider/capabilities.js';
import type { ProviderId } from '../domain/provider/provider.js';
import { PrismaService } from './prisma.service.js';

/**
 * A bucket holds this much of its period at the most: a burst after a pause must not, with what flows in meanwhile,
 * exceed the limit by more than this share.
 */
const BURST_SHARE = 0.05;

/** One purchase with all its reads goes without waiting, however small the quota. */
const SMALLEST_BURST = 5;

/** Stays this much below the declared rate: clocks and windows of the provider's are not ours. */
const RATE_SHARE = 0.97;

/** The slowest pace that 429 answers can lower the rate to. */
const SLOWEST_PACE = 0.05;

/** The quota of each provider's account, shared by all processes. */
@Injectable()
export class ProviderQuotasRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Takes one call out of every bucket that counts it, or out of none. 0: taken; else how many milliseconds to wait.
   * `reserve`: the share of each bucket that this call leaves to more urgent ones.
   */
  async take(
    provider: ProviderId,
    quotas: readonly Quota[],
    counts: 'reads' | 'writes',
    reserve: number,
  ): Promise<number> {
    const buckets = quotas.filter((quota) => quota.counts === 'all' || quota.counts === counts);
    if (buckets.length === 0) return 0;
    const limits = buckets.map(nameOf);
    const capacities = buckets.map(({ requests }) => Math.max(SMALLEST_BURST, requests * BURST_SHARE));
    const rates = buckets.map(({ requests, perMs }) => (requests * RATE_SHARE) / perMs);
    const [{ wait_ms: waitMs }] = await this.prisma.$queryRaw<[{ wait_ms: number }]>`
      SELECT take_quota(${provider}, ${limits}::text[], ${capacities}::float8[], ${rates}::float8[], ${reserve}::float8) AS wait_ms`;
    return waitMs;
  }

  /** The provider said 429: nobody calls it until then, and everybody calls it less often afterwards. */
  async slowDown(provider: ProviderId, retryAfterMs: number): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE quota_buckets SET
        pace = GREATEST(${SLOWEST_PACE}, pace * 0.5),
        blocked_until = GREATEST(blocked_until, now() + ${retryAfterMs} * interval '1 millisecond')
      WHERE provider = ${provider}`;
  }
}

const nameOf = ({ counts, perMs }: Quota): string => `${counts}/${perMs}`;
