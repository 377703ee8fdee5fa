import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { statementAccepted, statementReversed, statementUploaded } from '../../domain/audit/statement-acts.js';
import type { Actor } from '../../domain/orders/cause.js';
import type { LineError } from '../../domain/statements/line-rules.js';
import type {
  KindTotals,
  Statement,
  StatementDocument,
  StatementHeader,
  StatementStatus,
} from '../../domain/statements/statement.js';
import { recordAct } from '../audit/record-act.js';
import { takeDecisionsBack } from '../breaks/take-decisions-back.js';
import { Database, type Transaction } from '../database/database.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';
import {
  lockBooksOf,
  postOpposite,
  postStatement,
  sumOpenLines,
  sumPosted,
  type Posting,
} from './statement-postings.js';
import { kindsJson, STATEMENT_COLUMNS, statementFromRow, type StatementRow } from './statement-rows.js';

export type { Posting };

/** The key of an upload, and a hash over what was declared with it. */
export interface UploadKey {
  readonly key: string;
  readonly fingerprint: Uint8Array;
}

export interface NewStatement {
  readonly id: string;
  readonly header: StatementHeader;
  readonly status: 'checked' | 'refused';
  readonly fileSha256: Uint8Array;
  readonly errors: readonly LineError[];
  readonly kinds: readonly KindTotals[];
  readonly upload: UploadKey | null;
}

export interface StatementFilter {
  readonly provider?: string;
  readonly document?: StatementDocument;
  readonly status?: StatementStatus;
}

/** What there is already: a statement of this file, or one of this number. */
export interface Taken {
  readonly by: 'file' | 'number';
  readonly id: string;
}

@Injectable()
export class StatementsRepository {
  constructor(private readonly database: Database) {}

  nextId(): string {
    return newId('stm');
  }

  /** What became of an upload under this key. @returns null if the key is new. */
  async uploadedWith(
    keyId: string,
    key: string,
  ): Promise<{ readonly statement: Statement; readonly fingerprint: Uint8Array } | null> {
    const [row] = await this.database.query<StatementRow & { readonly fingerprint: Uint8Array }>(Prisma.sql`
      SELECT ${STATEMENT_COLUMNS}, s.fingerprint FROM statements s
      WHERE s.key_id = ${keyId}::text AND s.idempotency_key = ${key}::text`);
    return row ? { statement: statementFromRow(row), fingerprint: row.fingerprint } : null;
  }

  /** The statement that counts, or may count, for this file or number. A file comes before a number. */
  async taken(
    { provider, number }: Pick<StatementHeader, 'provider' | 'number'>,
    fileSha256: Uint8Array,
  ): Promise<Taken | null> {
    const [row] = await this.database.query<{ readonly id: string; readonly same_file: boolean }>(Prisma.sql`
      SELECT s.id, s.file_sha256 = ${fileSha256}::bytea AS same_file FROM statements s
      WHERE s.provider = ${provider}::text AND (s.file_sha256 = ${fileSha256}::bytea OR s.number = ${number}::text)
        AND s.status IN ('checked', 'accepted')
      ORDER BY same_file DESC LIMIT 1`);
    return row ? { by: row.same_file ? 'file' : 'number', id: row.id } : null;
  }

  /**
   * Makes a statement of what was uploaded under its id, in one statement with the record of the act; of one that is
   * refused only what is wrong with it.
   * @returns null if the file, the number or the key has been taken meanwhile. Nothing was written.
   */
  async add(
    { id, header, status, fileSha256, errors, kinds, upload }: NewStatement,
    by: Actor,
  ): Promise<Statement | null> {
    const record = recordAct(applied(by, statementUploaded(id, header)));
    try {
      const [row] = await this.database.query<StatementRow>(Prisma.sql`
        WITH made AS (
          INSERT INTO statements (id, provider, document, number, issued_on, covers_from, covers_to, currency, mapping,
                                  file_sha256, declared_lines, declared_net, declared_tax, status, errors, kinds, key_id,
                                  operator, idempotency_key, fingerprint, started_at)
          VALUES (${id}::text, ${header.provider}::text, ${header.document}::text, ${header.number}::text,
                  ${header.issuedOn}::date, ${header.coversFrom}::date, ${header.coversTo}::date, ${header.currency}::text,
                  ${header.mapping}::text, ${fileSha256}::bytea, ${header.declared.lines}::int,
                  ${header.declared.netUnits.toString()}::bigint, ${header.declared.taxUnits.toString()}::bigint,
                  ${status}::text, ${JSON.stringify(errors)}::jsonb, ${kindsJson(kinds)}::jsonb,
                  ${by.by === 'request' ? by.keyId : null}::text, ${by.by === 'operator' ? by.name : null}::text,
                  ${upload?.key ?? null}::text, ${upload?.fingerprint ?? null}::bytea,
                  COALESCE((SELECT c.created_at FROM statement_chunks c WHERE c.statement_id = ${id}::text AND c.n = 0), now()))
          RETURNING *)
        SELECT ${STATEMENT_COLUMNS}, CASE s.status WHEN 'checked' THEN ${record} END AS recorded FROM made s`);
      return row ? statementFromRow(row) : null;
    } catch (thrown) {
      if (isOf(thrown, 'statements_one_file', 'statements_one_number', 'statements_key_id_idempotency_key_key'))
        return null;
      throw thrown;
    }
  }

  async find(id: string): Promise<Statement | null> {
    const [row] = await this.database.query<StatementRow>(Prisma.sql`
      SELECT ${STATEMENT_COLUMNS} FROM statements s WHERE s.id = ${id}::text`);
    return row ? statementFromRow(row) : null;
  }

  /** Newest first. */
  async list(
    { provider, document, status }: StatementFilter,
    before: string | null,
    limit: number,
  ): Promise<Statement[]> {
    const conditions = [
      Prisma.sql`true`,
      ...(provider === undefined ? [] : [Prisma.sql`s.provider = ${provider}::text`]),
      ...(document === undefined ? [] : [Prisma.sql`s.document = ${document}::text`]),
      ...(status === undefined ? [] : [Prisma.sql`s.status = ${status}::text`]),
      ...(before === null ? [] : [Prisma.sql`s.id < ${before}::text`]),
    ];
    const rows = await this.database.queryUnprepared<StatementRow>(Prisma.sql`
      SELECT ${STATEMENT_COLUMNS} FROM statements s WHERE ${Prisma.join(conditions, ' AND ')}
      ORDER BY s.id DESC LIMIT ${limit}::int`);
    return rows.map(statementFromRow);
  }

  /** What its acceptance would post now, or what it has posted; in sum, by rule and accounts. */
  postings(statement: Statement): Promise<Posting[]> {
    return statement.status === 'checked'
      ? sumOpenLines(this.database, statement)
      : sumPosted(this.database, statement.id);
  }

  /**
   * A checked statement counts from this commit on, in which all its lines are posted.
   * @returns null if it is not checked; `lines_known` if one of its lines is in another accepted one. Nothing was written.
   */
  async accept(statement: Statement, effectiveAt: Date, by: Actor): Promise<Statement | 'lines_known' | null> {
    try {
      return await this.move(
        statement,
        'checked',
        Prisma.sql`status = 'accepted', accepted_at = clock_timestamp()`,
        recordAct(applied(by, statementAccepted(statement.id))),
        (transaction) => postStatement(transaction, statement, effectiveAt),
      );
    } catch (thrown) {
      if (isOf(thrown, 'statement_lines_once')) return 'lines_known';
      throw thrown;
    }
  }

  /**
   * Takes back what it has posted, and what people have decided from its lines, in one transaction.
   * @returns null if it is not of this status any more. Nothing was written.
   */
  async reverse(statement: Statement, effectiveAt: Date, reason: string, by: Actor): Promise<Statement | null> {
    return this.move(
      statement,
      statement.status,
      Prisma.sql`status = 'reversed', reversed_at = clock_timestamp(), reversal_reason = ${reason}::text`,
      recordAct(applied(by, statementReversed(statement.id, statement.status))),
      async (transaction) => {
        if (statement.status !== 'accepted') return;
        await postOpposite(transaction, statement, effectiveAt);
        await takeDecisionsBack(transaction, statement, { effectiveAt, reason, by });
      },
    );
  }

  /** When it counts or counts no more is told last, too: long after the begin. The act is recorded last, because other acts wait from there until the commit. */
  private move(
    { id, header }: Statement,
    from: StatementStatus,
    to: Prisma.Sql,
    record: Prisma.Sql,
    post: (transaction: Transaction) => Promise<void>,
  ): Promise<Statement | null> {
    return this.database.transaction('READ COMMITTED', async (transaction) => {
      await transaction.execute(lockBooksOf(header.provider));
      const isFrom = Prisma.sql`s.id = ${id}::text AND s.status = ${from}::text`;
      const found = await transaction.query(Prisma.sql`SELECT FROM statements s WHERE ${isFrom}`);
      if (found.length === 0) return null;
      await post(transaction);
      const [row] = await transaction.query<StatementRow>(Prisma.sql`
        WITH changed AS (UPDATE statements s SET ${to} WHERE ${isFrom} RETURNING *)
        SELECT ${STATEMENT_COLUMNS}, ${record} AS recorded FROM changed s`);
      if (!row) throw new Error('a statement has moved while its provider was locked');
      return statementFromRow(row);
    });
  }
}

const isOf = (thrown: unknown, ...constraints: readonly string[]): boolean =>
  thrown instanceof Error &&
  'constraint' in thrown &&
  typeof thrown.constraint === 'string' &&
  constraints.includes(thrown.constraint);
