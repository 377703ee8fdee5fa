import { Injectable } from '@nestjs/common';
import type { Quota } from '../../domain/providers/capabilities.js';
import type { OperationClass, ProviderId } from '../../domain/providers/provider.js';
import { Prisma } from '../generated/client.js';
import { PrismaService } from '../prisma/prisma.service.js';

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

/** Whether a read may go now. */
export interface ReadTurn {
  /** 0: its call is taken out of the quota; else how many milliseconds to wait. */
  readonly waitMs: number;
  /** Reads of its class in a row that the provider did not answer. */
  readonly failures: number;
  /** Null: reads of its class go. Else they are stopped, and 0 says that one may ask whether the provider is back. */
  readonly probeInMs: number | null;
}

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
    const [{ wait_ms: waitMs }] = await this.prisma.$queryRaw<[{ wait_ms: number }]>`
      SELECT ${taking(provider, quotas, counts, reserve)} AS wait_ms`;
    return waitMs;
  }

  /** As `take`, for a read; nothing is taken while reads of its class are stopped. One round trip for both. */
  async takeForRead(
    provider: ProviderId,
    operationClass: OperationClass,
    quotas: readonly Quota[],
    reserve: number,
  ): Promise<ReadTurn> {
    const [turn] = await this.prisma.$queryRaw<[{ wait_ms: number; failures: number; probe_in_ms: number | null }]>`
      SELECT COALESCE(health.failures, 0) AS failures,
             CASE WHEN health.paused_for IS NOT NULL
                  THEN GREATEST(0, EXTRACT(EPOCH FROM health.probe_at - now()) * 1000)::float8 END AS probe_in_ms,
             CASE WHEN health.probe_at > now() THEN 0 ELSE ${taking(provider, quotas, 'reads', reserve)} END AS wait_ms
      FROM (SELECT 1) AS always
      LEFT JOIN provider_health health ON health.provider = ${provider} AND health.operation_class = ${operationClass}`;
    return { waitMs: turn.wait_ms, failures: turn.failures, probeInMs: turn.probe_in_ms };
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

const taking = (
  provider: ProviderId,
  quotas: readonly Quota[],
  counts: 'reads' | 'writes',
  reserve: number,
): Prisma.Sql => {
  const buckets = quotas.filter((quota) => quota.counts === 'all' || quota.counts === counts);
  const limits = buckets.map(nameOf);
  const capacities = buckets.map(({ requests }) => Math.max(SMALLEST_BURST, requests * BURST_SHARE));
  const rates = buckets.map(({ requests, perMs }) => (requests * RATE_SHARE) / perMs);
  return Prisma.sql`
    take_quota(${provider}, ${limits}::text[], ${capacities}::float8[], ${rates}::float8[], ${reserve}::float8)`;
};

const nameOf = ({ counts, perMs }: Quota): string => `${counts}/${perMs}`;
