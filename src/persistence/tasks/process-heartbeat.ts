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

  /** Also ends the locks on the idempotency keys of those orders, so that a repeat of the request can go on at once. */
  async releaseLeasesOfDeadProcesses(): Promise<void> {
    await this.database.execute(Prisma.sql`
      WITH dead AS (
        DELETE FROM processes WHERE seen_at < now() - ${DEAD_AFTER_MS}::float8 * interval '1 millisecond' RETURNING id),
      ended AS (
        UPDATE tasks SET leased_until = now(), run_at = LEAST(run_at, now())
        WHERE leased_by IN (SELECT id FROM dead) AND leased_until > now() RETURNING subject_id)
      UPDATE idempotency_records SET locked_until = now()
      WHERE order_id IN (SELECT subject_id FROM ended) AND response_status IS NULL AND locked_until > now()`);
  }
}
