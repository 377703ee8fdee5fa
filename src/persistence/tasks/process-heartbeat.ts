import { hostname } from 'node:os';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PrismaService } from '../prisma/prisma.service.js';

const BEAT_MS = 2_000;

/** A process that was not seen for this long is taken for dead: it has missed four beats, and is late with the fifth. */
const GONE_AFTER_MS = 10_000;

/**
 * Shows the other processes that this one lives, and ends the leases of those that were not seen for a while, so that
 * the orders of a killed process wait for seconds and not for the end of their leases.
 *
 * The guess may be wrong: a process may only be suspended, or cut off from the database. A lease that was ended early
 * is as safe as one that ran out: every write of its holder repeats the token, and an attempt that it left open counts
 * as unknown.
 */
@Injectable()
export class ProcessHeartbeat implements OnModuleInit, OnApplicationShutdown {
  /** What this process signs its leases with. */
  readonly id = crypto.randomUUID();
  private timer: NodeJS.Timeout | undefined;
  /** Whether the latest beat reached the database. */
  private wasSeen = false;

  constructor(private readonly prisma: PrismaService) {}

  async onModuleInit(): Promise<void> {
    await this.beat();
    this.timer = setInterval(() => void this.beat(), BEAT_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Never rejects. The first beat after the database was away judges nobody: the others have not been seen either. */
  private async beat(): Promise<void> {
    const { wasSeen } = this;
    this.wasSeen = false;
    await this.show()
      .then(() => {
        this.wasSeen = true;
        return wasSeen ? this.releaseLeasesOfDeadProcesses() : undefined;
      })
      .catch(() => undefined);
  }

  private async show(): Promise<void> {
    await this.prisma.$executeRaw`
      INSERT INTO processes (id, name) VALUES (${this.id}::uuid, ${`${hostname()}:${process.pid}`})
      ON CONFLICT (id) DO UPDATE SET seen_at = now()`;
  }

  /** Ends with them the locks of the keys under which those orders were placed: a repeat of the request goes on at once. */
  async releaseLeasesOfDeadProcesses(): Promise<void> {
    await this.prisma.$executeRaw`
      WITH gone AS (
        DELETE FROM processes WHERE seen_at < now() - ${GONE_AFTER_MS} * interval '1 millisecond' RETURNING id),
      ended AS (
        UPDATE tasks SET leased_until = now(), run_at = LEAST(run_at, now())
        WHERE leased_by IN (SELECT id FROM gone) AND leased_until > now() RETURNING subject_id)
      UPDATE idempotency_records SET locked_until = now()
      WHERE order_id IN (SELECT subject_id FROM ended) AND answer_status IS NULL AND locked_until > now()`;
  }
}
