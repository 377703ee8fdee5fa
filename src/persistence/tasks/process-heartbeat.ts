import { hostname } from 'node:os';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';

const HEARTBEAT_MS = 2_000;

/**
 * A process without a heartbeat for this long is taken for dead: it has missed four heartbeats, and the fifth is late.
 */
const DEAD_AFTER_MS = 10_000;

/** Two heartbeats were not committed, and the third is late. */
const SILENT_AFTER_MS = 6_000;

/**
 * Records that this process is alive, and ends the leases of processes that have stopped doing so, so that the orders
 * of a killed process wait seconds and not until their leases run out.
 *
 * A process that is taken for dead may only be suspended, or cut off from the database. A lease that was ended early is
 * as safe as one that ran out: every write of its holder repeats the token, and an attempt that it left open counts as
 * unknown.
 */
@Injectable()
export class ProcessHeartbeat implements OnModuleInit, OnApplicationShutdown {
  /** Identifies this process in leases and in the causes of events. */
  readonly id = crypto.randomUUID();
  private timer: NodeJS.Timeout | undefined;
  /** Whether the latest heartbeat reached the database. */
  private wasSeen = false;
  private isUnderWay = false;
  private seenAtMs = -Infinity;

  constructor(private readonly database: Database) {}

  async onModuleInit(): Promise<void> {
    await this.heartbeat();
    this.timer = setInterval(() => void this.heartbeat(), HEARTBEAT_MS).unref();
  }

  /** Whether the database commits what this process writes, as far as the heartbeats tell. */
  get isCommitted(): boolean {
    return performance.now() - this.seenAtMs < SILENT_AFTER_MS;
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * Never rejects. The first heartbeat after an outage of the database takes no process for dead, because the others
   * could not send theirs either. One that hangs is not joined by more, which would only take further connections.
   */
  private async heartbeat(): Promise<void> {
    if (this.isUnderWay) return;
    this.isUnderWay = true;
    const { wasSeen } = this;
    this.wasSeen = false;
    await this.record()
      .then(() => {
        this.wasSeen = true;
        this.seenAtMs = performance.now();
        return wasSeen ? this.releaseLeasesOfDeadProcesses() : undefined;
      })
      .catch(() => undefined);
    this.isUnderWay = false;
  }

  private async record(): Promise<void> {
    await this.database.execute(Prisma.sql`
      INSERT INTO processes (id, name) VALUES (${this.id}::uuid, ${`${hostname()}:${process.pid}`}::text)
      ON CONFLICT (id) DO UPDATE SET seen_at = now()`);
  }

  /**
   * Also ends the locks on the idempotency keys of those orders, so that a repeat of the request can go on at once. Rows
   * are locked in the order of their keys, and processes that another one is clearing away are left to it.
   */
  async releaseLeasesOfDeadProcesses(): Promise<void> {
    await this.database.execute(Prisma.sql`
      WITH dead AS (
        DELETE FROM processes WHERE id IN (
          SELECT id FROM processes WHERE seen_at < now() - ${DEAD_AFTER_MS}::float8 * interval '1 millisecond'
          FOR UPDATE SKIP LOCKED)
        RETURNING id),
      held AS MATERIALIZED (
        SELECT t.subject_id, t.kind FROM tasks t
        WHERE t.leased_by IN (SELECT id FROM dead) AND t.leased_until > now()
        ORDER BY t.subject_id, t.kind FOR UPDATE),
      ended AS (
        UPDATE tasks t SET leased_until = now(), run_at = LEAST(t.run_at, now())
        FROM held WHERE t.subject_id = held.subject_id AND t.kind = held.kind RETURNING t.subject_id),
      locked AS MATERIALIZED (
        SELECT r.tenant_id, r.operation, r.key FROM idempotency_records r
        WHERE r.order_id IN (SELECT subject_id FROM ended) AND r.response_status IS NULL AND r.locked_until > now()
        ORDER BY r.tenant_id, r.operation, r.key FOR UPDATE)
      UPDATE idempotency_records r SET locked_until = now()
      FROM locked WHERE r.tenant_id = locked.tenant_id AND r.operation = locked.operation AND r.key = locked.key`);
  }
}
