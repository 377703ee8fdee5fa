import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Client } from 'pg';
import { KEEP_ALIVE } from '../database/connection-limits.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';

/** The channel on which due tasks are announced. */
const CHANNEL = 'offset_gateway_tasks';

/** How long to wait before connecting again after the connection was lost. */
const RECONNECT_MS = 5_000;

/** How often the connection is asked whether it is still there: it says nothing for as long as no task is due. */
const ASK_MS = 10_000;

/** Tasks that become due within this time share one notice. */
const ANNOUNCE_MS = 5;

/**
 * Tells the workers that a task is due: the one of this process directly, the others by NOTIFY. A notice is sent after
 * the commits it is about, one for many of them; inside a commit it would make commits wait for each other. It is only
 * an optimisation: workers also poll, so a lost notice or connection, or a pooler that drops notices, costs one poll
 * interval.
 */
@Injectable()
export class TaskNotices implements OnModuleDestroy {
  private client: Client | null = null;
  private retry: NodeJS.Timeout | undefined;
  private asking: NodeJS.Timeout | undefined;
  private announcing: NodeJS.Timeout | undefined;
  private stopped = false;
  private onDue: () => void = () => undefined;

  constructor(
    private readonly database: Database,
    private readonly directUrl: string,
  ) {}

  /** Calls `onDue` for every notice from now on. */
  listen(onDue: () => void): void {
    this.onDue = onDue;
    void this.connect();
  }

  /** Announces that a task is due. Never throws, and does not wait for the database. */
  announce(): void {
    this.onDue();
    if (this.stopped) return;
    this.announcing ??= setTimeout(() => {
      this.announcing = undefined;
      void this.database.execute(Prisma.sql`SELECT pg_notify(${CHANNEL}::text, '')`).catch(() => undefined);
    }, ANNOUNCE_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    clearTimeout(this.asking);
    clearTimeout(this.announcing);
    await this.client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    if (this.stopped) return;
    const client = new Client({
      connectionString: this.directUrl,
      application_name: 'offset-gateway listener',
      connectionTimeoutMillis: 3_000,
      ...KEEP_ALIVE,
    });
    let lost = false;
    const reconnect = (): void => {
      if (lost) return;
      lost = true;
      clearTimeout(this.asking);
      void client.end().catch(() => undefined);
      if (!this.stopped) this.retry = setTimeout(() => void this.connect(), RECONNECT_MS);
    };
    client.on('error', reconnect);
    client.on('end', reconnect);
    client.on('notification', () => this.onDue());
    this.client = client;
    await client
      .connect()
      .then(() => this.ask(client, `LISTEN ${CHANNEL}`))
      .catch(reconnect);
  }

  /** Sends a statement, and the next one when it was answered. One that is not answered ends the connection. */
  private async ask(client: Client, statement: string): Promise<void> {
    const silent = setTimeout(() => client.connection.stream.destroy(new Error('silence')), ASK_MS);
    await client.query(statement).finally(() => clearTimeout(silent));
    this.asking = setTimeout(() => void this.ask(client, 'SELECT 1').catch(() => undefined), ASK_MS).unref();
  }
}
