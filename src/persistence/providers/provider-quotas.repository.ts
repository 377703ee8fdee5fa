import { Injectable } from '@nestjs/common';
import { PACE_AFTER_429, SLOWEST_PACE, type Bucket } from '../../domain/providers/throttle.js';
import type { OperationClass, ProviderId } from '../../domain/providers/calls.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';

/** Slots for reads, and whether reads of their class are paused. */
export interface ReadSlots {
  readonly granted: number;
  /** If none was granted: how long until there will be one. */
  readonly waitMs: number;
  /** Reads of the class in a row that got no response. */
  readonly failures: number;
  /**
   * Null if reads of the class are not paused; 0 if they are, and one read may now ask whether the provider is back.
   */
  readonly probeInMs: number | null;
}

/** Who wants calls of a provider, and how many. */
export interface QuotaClaim {
  readonly provider: ProviderId;
  /** Every bucket that counts the calls: all of them must have a slot. */
  readonly buckets: readonly Bucket[];
  /** The share of each bucket that these calls leave to more urgent ones. */
  readonly reserve: number;
  readonly most: number;
  /** Where a quota is short, tenants take turns. Null for calls that serve all of them. */
  readonly tenantId: string | null;
  /** For how long the caller waits for its turn. */
  readonly patienceMs: number;
}

/** The quota of each provider's account, shared by all processes. */
@Injectable()
export class ProviderQuotasRepository {
  constructor(private readonly database: Database) {}

  /** Takes up to `most` slots, as many as all buckets have, or none while reads of the class are paused. */
  async takeReads(claim: QuotaClaim, operationClass: OperationClass): Promise<ReadSlots> {
    const [row] = await this.database.query<{
      granted: number | null;
      wait_ms: number | null;
      failures: number;
      probe_in_ms: number | null;
    }>(Prisma.sql`
      WITH health AS (
        SELECT h.failures, CASE WHEN h.pause_reason IS NOT NULL
               THEN GREATEST(0, EXTRACT(EPOCH FROM h.probe_at - now()) * 1000)::float8 END AS probe_in_ms
        FROM (SELECT 1) AS always LEFT JOIN provider_health h
          ON h.provider = ${claim.provider}::text AND h.operation_class = ${operationClass}::text),
      taken AS MATERIALIZED (
        SELECT CASE WHEN health.probe_in_ms > 0 THEN NULL
                    ELSE ${takeQuota(claim)} END AS slots FROM health)
      SELECT (taken.slots).granted, (taken.slots).wait_ms, COALESCE(health.failures, 0) AS failures, health.probe_in_ms
      FROM health, taken`);
    return {
      granted: row?.granted ?? 0,
      waitMs: row?.wait_ms ?? 0,
      failures: row?.failures ?? 0,
      probeInMs: row?.probe_in_ms ?? null,
    };
  }

  /**
   * The provider responded with 429: no process calls it for `retryAfterMs`, and all call it less often afterwards. The
   * rows are locked in the order of `take_quota`, and only then the clock is read.
   */
  async slowDown(provider: ProviderId, retryAfterMs: number): Promise<void> {
    await this.database.execute(Prisma.sql`
      WITH locked AS MATERIALIZED (
        SELECT b.provider, b."limit" FROM quota_buckets b WHERE b.provider = ${provider}::text
        ORDER BY b."limit" FOR UPDATE)
      UPDATE quota_buckets b SET
        pace = GREATEST(${SLOWEST_PACE}::float8, b.pace * ${PACE_AFTER_429}::float8),
        blocked_until = GREATEST(b.blocked_until, clock_timestamp() + ${retryAfterMs}::float8 * interval '1 millisecond')
      FROM locked WHERE b.provider = locked.provider AND b."limit" = locked."limit"`);
  }
}

/** A call of `take_quota`, which returns a record of `granted` and `wait_ms`. */
export const takeQuota = ({
  provider,
  buckets,
  reserve,
  most,
  tenantId,
  patienceMs,
}: QuotaClaim): Prisma.Sql => Prisma.sql`
  take_quota(
    ${provider}::text, ${buckets.map(({ name }) => name)}::text[], ${buckets.map(({ capacity }) => capacity)}::float8[],
    ${buckets.map(({ tokensPerMs }) => tokensPerMs)}::float8[], ${reserve}::float8, ${most}::int,
    ${tenantId}::text, ${patienceMs}::float8)`;
