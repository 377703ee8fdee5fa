import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Client } from 'pg';
import { TASKS_CHANNEL } from './task-rows.js';

/** How long to leave the database alone after the connection was lost. */
const RECONNECT_MS = 5_000;

/**
 * Hears of tasks that are due at once. Only an optimisation: whoever listens also polls, so a lost connection, a lost
 * notice or a pooler that does not pass notices on costs one poll interval and nothing else.
 */
@Injectable()
export class TaskListener implements OnModuleDestroy {
  private client: Client | null = null;
  private retry: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly databaseUrl: string) {}

  /** Calls `onDue` for every notice, from now until the end. Never rejects. */
  listen(onDue: () => void): void {
    void this.connect(onDue);
  }

  private async connect(onDue: () => void): Promise<void> {
    if (this.stopped) return;
    const client = new Client({
      connectionString: this.databaseUrl,
      application_name: 'offset-gateway listener',
      connectionTimeoutMillis: 3_000,
    });
    let lost = false;
    const reconnect = (): void => {
      if (lost) return;
      lost = true;
      void client.end().catch(() => undefined);
      if (!this.stopped) this.retry = setTimeout(() => this.listen(onDue), RECONNECT_MS);
    };
    client.on('error', reconnect);
    client.on('end', reconnect);
    client.on('notification', onDue);
    this.client = client;
    await client
      .connect()
      .then(() => client.query(`LISTEN ${TASKS_CHANNEL}`))
      .catch(reconnect);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    await this.client?.end().catch(() => undefined);
  }
}
