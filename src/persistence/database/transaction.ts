import type { ClientBase, QueryResultRow } from 'pg';
import type { Prisma } from '../generated/client.js';

/** What is asked within one transaction: see `Database.apart`. Every parameter must be cast to its type. */
export class Transaction {
  private cursors = 0;

  constructor(private readonly client: ClientBase) {}

  async query<Row extends QueryResultRow>({ text, values }: Prisma.Sql): Promise<Row[]> {
    return (await this.client.query<Row>({ text, values })).rows;
  }

  /** The rows of a statement, some at a time: never all of them are in memory. */
  async *pages<Row extends QueryResultRow>({ text, values }: Prisma.Sql): AsyncGenerator<Row[]> {
    const cursor = `rows_${++this.cursors}`;
    await this.client.query({ text: `DECLARE ${cursor} NO SCROLL CURSOR FOR ${text}`, values });
    for (;;) {
      const { rows } = await this.client.query<Row>(`FETCH ${PAGE} FROM ${cursor}`);
      if (rows.length === 0) break;
      yield rows;
    }
    await this.client.query(`CLOSE ${cursor}`);
  }
}

/** Some hundred kilobytes. */
const PAGE = 2_000;
