import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Pool, type QueryResultRow } from 'pg';
import type { Prisma } from '../generated/client.js';

export interface DatabaseOptions {
  readonly url: string;
  /** Past a pooler in transaction mode, for what needs a session. */
  readonly directUrl?: string;
  readonly maxConnections: number;
}

/** Deadlock and serialization failure: the statement was rolled back whole, and may be sent again. */
const ROLLED_BACK = new Set(['40P01', '40001']);

const TRIES = 3;

/**
 * The connections of this process, shared by Prisma and by the hot statements, which are sent as named prepared statements:
 * parsed and planned once per connection. Closes last, after the workers have drained in onModuleDestroy.
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  readonly pool: Pool;
  /** One name per text. The texts are pieced together from a closed set of fragments, so there are few. */
  private readonly names = new Map<string, string>();

  constructor({ url, maxConnections }: DatabaseOptions) {
    this.pool = new Pool({
      connectionString: url,
      max: maxConnections,
      // A request that cannot get a connection soon gets a 503 instead of waiting with its caller.
      connectionTimeoutMillis: 1_500,
      application_name: 'offset-gateway',
    });
    // The statement that used a lost connection reports it. An idle one reports it here, and an error event without a
    // listener would end the process.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
    this.pool.on('error', () => undefined);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /** Runs one statement, which is one transaction. Every parameter in it must be cast to its type. */
  async query<Row extends QueryResultRow>(statement: Prisma.Sql): Promise<Row[]> {
    return this.send<Row>({ name: this.nameOf(statement.text), text: statement.text, values: statement.values });
  }

  /** The same for statements that are put together freely, such as lists: planned anew for the values they come with. */
  async queryUnprepared<Row extends QueryResultRow>(statement: Prisma.Sql): Promise<Row[]> {
    return this.send<Row>({ text: statement.text, values: statement.values });
  }

  /** How many rows the statement changed. */
  async execute(statement: Prisma.Sql): Promise<number> {
    const { text, values } = statement;
    const { rowCount } = await this.pool.query({ name: this.nameOf(text), text, values });
    return rowCount ?? 0;
  }

  /** The database's clock: the only one that decides leases, visibility delays and key age. */
  async now(): Promise<Date> {
    const [row] = await this.send<{ now: Date }>({ name: 'now', text: 'SELECT now() AS now', values: [] });
    if (!row) throw new Error('the database did not tell the time');
    return row.now;
  }

  private async send<Row extends QueryResultRow>(query: {
    readonly name?: string;
    readonly text: string;
    readonly values: unknown[];
  }): Promise<Row[]> {
    for (let tries = 1; ; tries++) {
      try {
        return (await this.pool.query<Row>(query)).rows;
      } catch (thrown) {
        if (tries === TRIES || !ROLLED_BACK.has(codeOf(thrown))) throw thrown;
      }
    }
  }

  private nameOf(text: string): string {
    const known = this.names.get(text);
    if (known !== undefined) return known;
    const name = `gateway_${this.names.size}`;
    this.names.set(text, name);
    return name;
  }
}

/** The SQLSTATE of a failed statement; empty where it was not the server that failed it. */
export const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
