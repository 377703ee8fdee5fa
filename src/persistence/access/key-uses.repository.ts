import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';

const WRITE_EVERY_MS = 60_000;

/**
 * When each key was last used, to the minute: collected in memory, and written once a minute for all keys together, so
 * that no request waits for it. A process that is killed loses its last minute.
 */
@Injectable()
export class KeyUsesRepository implements OnModuleInit, BeforeApplicationShutdown {
  /** By key id, on the monotonic clock. */
  private readonly usedAtMs = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly database: Database) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.write(), WRITE_EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  note(keyId: string): void {
    this.usedAtMs.set(keyId, performance.now());
  }

  /** Never rejects: what could not be written is written with the next. Rows are locked in one order. */
  async write(): Promise<void> {
    const uses = [...this.usedAtMs];
    if (uses.length === 0) return;
    this.usedAtMs.clear();
    const ages = uses.map(([id, atMs]) => ({ id, age_ms: performance.now() - atMs }));
    const written = this.database.execute(Prisma.sql`
      WITH used AS (
        SELECT k.id, now() - u.age_ms * interval '1 millisecond' AS at
        FROM api_keys k JOIN jsonb_to_recordset(${JSON.stringify(ages)}::jsonb) AS u(id text, age_ms float8) ON u.id = k.id
        ORDER BY k.id FOR NO KEY UPDATE OF k)
      UPDATE api_keys k SET last_used_at = GREATEST(k.last_used_at, used.at) FROM used WHERE k.id = used.id`);
    await written.catch(() => {
      for (const [keyId, atMs] of uses) if (!this.usedAtMs.has(keyId)) this.usedAtMs.set(keyId, atMs);
    });
  }
}
