import { createHash } from 'node:crypto';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Client, Pool, type PoolClient, type QueryResult, type QueryResultRow } from 'pg';
import { DatabaseBusyError, DatabaseUnreachableError } from '../../domain/errors.js';
import type { Prisma } from '../generated/client.js';
import { KEEP_ALIVE, limitHolding, STATEMENT_MS } from './connection-limits.js';

export interface DatabaseOptions {
  readonly url: string;
  /** Without a pooler in transaction mode in between, for what needs a session. */
  readonly directUrl?: string;
  readonly maxConnections: number;
  /** The longest that a connection may be held for one statement or transaction. */
  readonly statementMs?: number;
}

/** Deadlock and serialization failure: the whole statement was rolled back and may be sent again. */
const ROLLED_BACK = new Set(['40P01', '40001']);

/** What the pool says if all its connections are in use. It says something else if one could not be opened. */
const NONE_FREE = 'timeout exceeded when trying to connect';

/** How long a statement waits for a connection while others get theirs. */
const QUEUE_PATIENCE_MS = 10_000;

/** Errors of named statements behind a pooler that gives every transaction another connection. Nothing was executed. */
const NOT_PREPARED = new Set(['26000', '42P05']);

/** Codes of a socket's errors, and of PostgreSQL when it ends a connection: what was under way may be committed. */
const ENDED_CODES = /^(E[A-Z_]+|08...|57P0.)$/;

/** How node-postgres tells that a connection has ended. These errors have no code. */
const ENDED = /Connection terminated|not queryable/;

const TRIES = 3;

/** The longest that a transaction of several statements may take, and may wait for what this process does in between. */
const TRANSACTION_MS = 600_000;
const BETWEEN_MS = 60_000;

/** What a transaction of several statements is told with. */
export interface Transaction {
  query<Row extends QueryResultRow>(statement: Prisma.Sql): Promise<Row[]>;
  /** @returns how many rows it changed. */
  execute(statement: Prisma.Sql): Promise<number>;
  /** The rows of a query, some at a time: never all of them are in memory. */
  pages<Row extends QueryResultRow>(query: Prisma.Sql): AsyncGenerator<Row[]>;
}

interface Statement {
  readonly name?: string | undefined;
  readonly text: string;
  readonly values: unknown[];
}

/**
 * The connections of this process, shared by Prisma and the statements here. These are sent as named prepared
 * statements, so that each connection parses and plans them once. Behind a pooler that loses the names they are sent
 * without one. Closes last, after the workers have drained in onModuleDestroy.
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  readonly pool: Pool;
  private readonly url: string;
  private readonly logger = new Logger(Database.name);
  /** Names by statement. Statements are composed from a closed set of fragments, so there are few. */
  private readonly names = new Map<string, string>();
  private arePrepared = true;
  private freedAtMs = 0;

  constructor({ url, maxConnections, statementMs = STATEMENT_MS }: DatabaseOptions) {
    this.url = url;
    this.pool = new Pool({
      connectionString: url,
      max: maxConnections,
      // A request that cannot get a connection soon gets a 503 instead of waiting with its caller: see `send`.
      connectionTimeoutMillis: 1_500,
      application_name: 'offset-gateway',
      ...KEEP_ALIVE,
    });
    // The statement that used a lost connection reports the loss. An idle connection reports it here, and an error
    // event without a listener would end the process.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
    this.pool.on('error', () => undefined);
    this.pool.on('release', (error: Error | undefined) => {
      if (!error) this.freedAtMs = performance.now();
    });
    limitHolding(this.pool, statementMs);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /** Runs one statement, which is one transaction. Every parameter in it must be cast to its type. */
  async query<Row extends QueryResultRow>({ text, values }: Prisma.Sql): Promise<Row[]> {
    return (await this.send<Row>(this.prepared(text, values))).rows;
  }

  /** The same for statements of many shapes, such as filtered lists. Each is planned for its values. */
  async queryUnprepared<Row extends QueryResultRow>({ text, values }: Prisma.Sql): Promise<Row[]> {
    return (await this.send<Row>({ text, values })).rows;
  }

  /** Runs one statement. @returns how many rows it changed. */
  async execute({ text, values }: Prisma.Sql): Promise<number> {
    return (await this.send(this.prepared(text, values))).rowCount ?? 0;
  }

  /**
   * Runs several statements as one transaction, for what is too much for one: finance. It may take minutes, so it has a
   * connection of its own. `use` runs again where the database rolled it back for others. Nothing is written if it throws.
   */
  async transaction<T>(
    mode: 'READ COMMITTED' | 'REPEATABLE READ',
    use: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.transactOnce(mode, use);
      } catch (thrown) {
        if (!ROLLED_BACK.has(codeOf(thrown)) || tries === TRIES) throw thrown;
      }
    }
  }

  private async transactOnce<T>(mode: string, use: (transaction: Transaction) => Promise<T>): Promise<T> {
    const client = new Client({
      connectionString: this.url,
      connectionTimeoutMillis: QUEUE_PATIENCE_MS,
      application_name: 'offset-gateway finance',
      ...KEEP_ALIVE,
    });
    // A connection that is lost rejects the statement that was under way.
    client.on('error', () => undefined);
    await client.connect().catch((thrown: unknown) => {
      throw new DatabaseUnreachableError('no connection', { wasSent: false, cause: thrown });
    });
    const silent = setTimeout(() => client.connection.stream.destroy(), TRANSACTION_MS).unref();
    try {
      await client.query(
        `BEGIN ISOLATION LEVEL ${mode}; SET LOCAL statement_timeout = ${TRANSACTION_MS};
         SET LOCAL idle_in_transaction_session_timeout = ${BETWEEN_MS}`,
      );
      const result = await use({
        query: async <Row extends QueryResultRow>({ text, values }: Prisma.Sql) =>
          (await client.query<Row>({ text, values })).rows,
        execute: async ({ text, values }) => (await client.query({ text, values })).rowCount ?? 0,
        pages: (query) => pagesOf(client, query),
      });
      await client.query('COMMIT');
      return result;
    } catch (thrown) {
      throw isOfConnection(thrown)
        ? new DatabaseUnreachableError('lost on the way', { wasSent: true, cause: thrown })
        : thrown;
    } finally {
      clearTimeout(silent);
      // What was not committed is rolled back with its connection.
      await client.end().catch(() => undefined);
    }
  }

  /** The database's clock: the only one that decides leases, visibility delays and key age. */
  async now(): Promise<Date> {
    const { rows } = await this.send<{ now: Date }>(this.prepared('SELECT now() AS now', []));
    const [row] = rows;
    if (!row) throw new Error('the database did not return its time');
    return row.now;
  }

  /** On a standby, or a server that was told so: nothing can be written. */
  async isReadOnly(): Promise<boolean> {
    const sql = `SELECT current_setting('transaction_read_only') = 'on' AS read_only`;
    const { rows } = await this.send<{ read_only: boolean }>(this.prepared(sql, []));
    return rows[0]?.read_only ?? true;
  }

  /**
   * A statement that was rolled back, or never sent, is sent again. While connections become free it waits for its turn;
   * with none for as long as the pool waits, the database is taken to be stuck.
   */
  private async send<Row extends QueryResultRow>(statement: Statement): Promise<QueryResult<Row>> {
    const giveUpAtMs = performance.now() + QUEUE_PATIENCE_MS;
    let tries = 1;
    for (;;) {
      const askedAtMs = performance.now();
      try {
        return await this.sendOnce<Row>(this.arePrepared ? statement : { ...statement, name: undefined });
      } catch (thrown) {
        const code = codeOf(thrown);
        if (thrown instanceof DatabaseBusyError) {
          if (this.freedAtMs < askedAtMs || performance.now() > giveUpAtMs) throw thrown;
        } else if (NOT_PREPARED.has(code) && tries < TRIES) {
          tries += 1;
          this.stopPreparing();
        } else if (ROLLED_BACK.has(code) && tries < TRIES) tries += 1;
        else throw thrown;
      }
    }
  }

  private prepared(text: string, values: unknown[]): Statement {
    return { name: this.nameOf(text), text, values };
  }

  /** Rejects with DatabaseBusyError or DatabaseUnreachableError if there is no connection, or it is lost on the way. */
  private async sendOnce<Row extends QueryResultRow>(statement: Statement): Promise<QueryResult<Row>> {
    const connection = await this.connect();
    try {
      const result = await connection.query<Row>(statement);
      connection.release();
      return result;
    } catch (thrown) {
      connection.release(true);
      throw isOfConnection(thrown)
        ? new DatabaseUnreachableError('lost on the way', { wasSent: true, cause: thrown })
        : thrown;
    }
  }

  private connect(): Promise<PoolClient> {
    return this.pool.connect().catch((thrown: unknown) => {
      if (thrown instanceof Error && thrown.message === NONE_FREE) throw this.busy(thrown);
      throw new DatabaseUnreachableError('no connection', { wasSent: false, cause: thrown });
    });
  }

  private busy(cause: unknown): DatabaseBusyError {
    const { options, waitingCount } = this.pool;
    const message = `all ${options.max} connections stayed in use (DATABASE_POOL_SIZE); ${waitingCount} statements wait`;
    return new DatabaseBusyError(message, { cause });
  }

  private stopPreparing(): void {
    if (this.arePrepared)
      this.logger.warn('the pooler loses prepared statements: statements are sent unprepared from now on');
    this.arePrepared = false;
  }

  /**
   * Derived from the text, so that on a connection shared through a pooler a name means the same statement to all
   * processes.
   */
  private nameOf(text: string): string {
    const known = this.names.get(text);
    if (known !== undefined) return known;
    const name = `gateway_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    this.names.set(text, name);
    return name;
  }
}

/** Rows that are fetched at a time: some hundred kilobytes. */
const PAGE = 2_000;

/** One after the other: a transaction has one cursor at a time. */
async function* pagesOf<Row extends QueryResultRow>(
  client: Client,
  { text, values }: Prisma.Sql,
): AsyncGenerator<Row[]> {
  await client.query({ text: `DECLARE pages NO SCROLL CURSOR FOR ${text}`, values });
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${PAGE} FROM pages`);
    if (rows.length === 0) break;
    yield rows;
  }
  await client.query('CLOSE pages');
}

/** The SQLSTATE of a statement that the server refused, or the code of another failure; empty if there is none. */
const codeOf = (thrown: unknown): string => {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : null;
  return typeof code === 'string' ? code : '';
};

/** Whether it is an error of the connection, which must not be mistaken for one of a provider's. */
const isOfConnection = (thrown: unknown): boolean => ENDED_CODES.test(codeOf(thrown)) || ENDED.test(String(thrown));
