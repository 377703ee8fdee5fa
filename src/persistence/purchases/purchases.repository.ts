import { Injectable } from '@nestjs/common';
import type { Cause } from '../../domain/orders/cause.js';
import type { OrderChange } from '../../domain/orders/order-change.js';
import type { StandingSwitch } from '../../domain/switches/switch.js';
import { LEASE_MS } from '../../domain/purchases/timing.js';
import type { Submission } from '../../domain/providers/calls.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import { commitStatement, type CommitRow } from '../orders/order-commit.js';
import { takeQuota, type QuotaClaim } from '../providers/provider-quotas.repository.js';
import { readStandingSwitch } from '../switches/switch-rows.js';
import { Lease, monotonicMs } from '../tasks/lease.js';
import { ProcessHeartbeat } from '../tasks/process-heartbeat.js';

/** Whether the intent to send was committed. Only then may a byte be sent. */
export type Intent =
  | {
      readonly kind: 'committed';
      readonly submission: Submission;
      /** The run's lease, renewed to its full length. */
      readonly lease: Lease;
      readonly at: Date;
      /** Purchases in a row that got no response. */
      readonly failures: number;
    }
  /** The quota has no slot, and will have one in `waitMs`. Nothing was written. */
  | { readonly kind: 'no_slot'; readonly waitMs: number }
  | { readonly kind: 'paused'; readonly probeInMs: number }
  /** A person has switched it off. Nothing was written. */
  | { readonly kind: 'switched_off'; readonly by: StandingSwitch }
  /** The run is over: its lease is lost or has run out, or the order has changed. Nothing was written. */
  | { readonly kind: 'lost' };

type IntentRow = CommitRow & {
  readonly is_held: boolean;
  readonly wait_ms: number | null;
  readonly probe_in_ms: number | null;
  readonly failures: number;
};

@Injectable()
export class PurchasesRepository {
  constructor(
    private readonly database: Database,
    private readonly heartbeat: ProcessHeartbeat,
  ) {}

  /**
   * Commits the intent to send, in one statement: a slot in the provider's quota, `submitting`, the attempt with its
   * exact bytes and deadline, and a lease of full length. A repeat uses the stored bytes and key of its generation.
   */
  async commitIntent(change: OrderChange, lease: Lease, claim: QuotaClaim, cause: Cause): Promise<Intent> {
    const askedAtMs = monotonicMs();
    const statement = commitStatement(
      change,
      {
        cause,
        process: this.heartbeat.id,
        guard: { by: 'running_lease', lease },
        task: { do: 'renew', lease, leaseMs: LEASE_MS },
      },
      slotIn(claim),
    );
    const [row] = await this.database.query<IntentRow>(statement);
    const by = readStandingSwitch(row?.switched_off);
    if (by) return { kind: 'switched_off', by };
    if (!row?.is_held) return { kind: 'lost' };
    if (row.probe_in_ms !== null) return { kind: 'paused', probeInMs: row.probe_in_ms };
    const { committed_at: at, attempt_body: body, attempt_key: idempotencyKey, failures } = row;
    if (at === null || body === null || idempotencyKey === null) return { kind: 'no_slot', waitMs: row.wait_ms ?? 0 };
    return {
      kind: 'committed',
      submission: { body, idempotencyKey },
      lease: Lease.granted(lease.subjectId, lease.token, askedAtMs, LEASE_MS),
      at,
      failures,
    };
  }
}

/** The rows of the quota are locked last, and only for this statement. No slot is taken while purchases are paused. */
const slotIn = (claim: QuotaClaim): { ctes: Prisma.Sql; columns: Prisma.Sql } => ({
  ctes: Prisma.sql`,
    health AS (
      SELECT h.failures,
             CASE WHEN h.pause_reason IS NOT NULL
                  THEN GREATEST(0, EXTRACT(EPOCH FROM h.probe_at - now()) * 1000)::float8 END AS probe_in_ms
      FROM provider_health h WHERE h.provider = ${claim.provider}::text AND h.operation_class = 'purchases'),
    slot AS MATERIALIZED (
      SELECT held.id, CASE WHEN EXISTS (SELECT FROM health WHERE probe_in_ms IS NOT NULL) THEN NULL
                           ELSE ${takeQuota(claim)} END AS taken
      FROM held),
    go AS (SELECT id FROM slot WHERE (taken).granted = 1)`,
  columns: Prisma.sql`,
    EXISTS (SELECT FROM held) AS is_held, (SELECT (taken).wait_ms FROM slot) AS wait_ms,
    (SELECT probe_in_ms FROM health) AS probe_in_ms, COALESCE((SELECT failures FROM health), 0) AS failures`,
});
