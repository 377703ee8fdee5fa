import { hostname } from 'node:os';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';

const HEARTBEAT_MS = 2_000;

/** A process without a heartbeat for this long is taken for dead: it has missed four, and is late with the fifth. */
const DEAD_AFTER_MS = 10_000;

/**
 * Shows the other processes that this one lives, and ends the leases of those that have stopped showing it, so that the
 * orders of a killed process wait for seconds and not for the end of their leases.
 *
 * The guess may be wrong: a process may only be suspended, or cut off from the database. A lease that was ended early is as
 * safe as one that ran out: every write of its holder repeats the token, and an attempt that it left open counts as unknown.
 */
@Injectable()
export class ProcessHeartbeat implements OnModuleInit, OnApplicationShutdown {
  /** What this process signs its leases with. */
  readonly id = crypto.randomUUID();
  private timer: NodeJS.Timeout | undefined;
  /** Whether the latest heartbeat reached the database. */
  private wasSeen = false;

  constructor(private readonly database: Database) {}

  async onModuleInit(): Promise<void> {
    await this.heartbeat();
    this.timer = setInterval(() => void this.heartbeat(), HEARTBEAT_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * Never rejects. The first heartbeat after the database was away takes no process for dead: the others could not show
   * themselves either.
   */
  private async heartbeat(): Promise<void> {
    const { wasSeen } = this;
    this.wasSeen = false;
    await this.record()
      .then(() => {
        this.wasSeen = true;
        return wasSeen ? this.releaseLeasesOfDeadProcesses() : undefined;
      })
      .catch(() => undefined);
  }

  private async record(): Promise<void> {
    await this.database.execute(Prisma.sql`
      INSERT INTO processes (id, name) VALUES (${this.id}::uuid, ${`${hostname()}:${process.pid}`}::text)
      ON CONFLICT (id) DO UPDATE SET seen_at = now()`);
  }

  /** Ends with them the locks of the keys under which those orders were placed: a repeat of the request goes on at once. */
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
