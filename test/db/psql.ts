import pg from 'pg';
import { substituted, type Statement } from './runbook-document.js';

export type Row = Record<string, unknown>;

/** What psql would have shown. */
export interface Shown {
  /** The rows of every statement that gave any. */
  readonly rows: readonly Row[];
  /** The first error; the statements after it are sent all the same. */
  readonly error: string | null;
  /** What the server said to the last statement: `COMMIT`, or `ROLLBACK` where one before it failed. */
  readonly command: string;
}

/** A person with psql: sends what the runbook says, statement by statement, and nothing else. */
export class Psql {
  /** Every statement that was sent and did not fail. */
  readonly proven = new Set<Statement>();

  private constructor(private readonly client: pg.Client) {}

  static async open(databaseUrl: string): Promise<Psql> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    return new Psql(client);
  }

  close(): Promise<void> {
    return this.client.end();
  }

  /** Sends several, and goes on after an error, as psql does. */
  async run(statements: readonly Statement[], variables: Readonly<Record<string, string>> = {}): Promise<Shown> {
    const rows: Row[] = [];
    let error: string | null = null;
    let command = '';
    for (const statement of statements) {
      const sql = substituted(statement.text, variables);
      await this.client.query<Row>(sql).then(
        (result) => {
          rows.push(...result.rows);
          command = result.command;
          if (error === null) this.proven.add(statement);
        },
        (thrown: Error) => {
          error ??= thrown.message;
          command = 'ERROR';
        },
      );
    }
    return { rows, error, command };
  }

  /** Sends one that must not fail, and returns its rows. */
  async query(statement: Statement, variables: Readonly<Record<string, string>> = {}): Promise<readonly Row[]> {
    const { rows, error } = await this.run([statement], variables);
    if (error !== null) throw new Error(`${error}, in\n${statement.text}`);
    return rows;
  }
}
