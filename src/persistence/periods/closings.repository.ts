import { Injectable } from '@nestjs/common';
import type { ActRecord } from '../../domain/audit/act.js';
import type { ExportName } from '../../domain/exports/exports.js';
import { MOST_COUNTED, type CheckResult, type CloseFacts } from '../../domain/periods/close-checks.js';
import type { Closing } from '../../domain/periods/closing.js';
import { lastDayOf, type MonthId } from '../../domain/periods/month.js';
import type { Period } from '../../domain/periods/period.js';
import { recordAct } from '../audit/record-act.js';
import { Database, type Transaction } from '../database/database.js';
import {
  readFlag,
  readList,
  readNumberOrNull,
  readObject,
  readObjectOrNull,
  readText,
  readTextOrNull,
} from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import type { ExportFile } from '../../domain/exports/export-file.js';
import { insertExport } from '../exports/exports.repository.js';
import { countTransfers } from './count-transfers.js';
import { CLOSING_COLUMNS, closingFromRow, type ClosingRow } from './closing-rows.js';
import { periodFromRow, type PeriodRow } from './periods.repository.js';

/** What a month is closed by, but for its books, which take longer to look at, and what a person waives. */
export type PeriodFacts = Omit<CloseFacts, 'books' | 'waived'>;

/** Who acts, why, and under which key: null at the command line. */
export interface ClosingBy {
  readonly person: string;
  readonly keyId: string | null;
  readonly note: string;
  readonly key: { readonly key: string; readonly fingerprint: Uint8Array } | null;
}

/** A month that nobody else closes, reopens or posts to, as long as the transaction lasts. */
export class LockedPeriod {
  constructor(
    private readonly transaction: Transaction,
    readonly period: Period,
  ) {}

  async facts(): Promise<PeriodFacts> {
    const [row] = await this.transaction.query<FactsRow>(factsOf(this.period.id));
    return factsFrom(row);
  }

  /** Those that are closed, and later. */
  async closedAfter(): Promise<readonly MonthId[]> {
    const rows = await this.transaction.query<{ readonly id: string }>(Prisma.sql`
      SELECT p.id FROM periods p WHERE p.id > ${this.period.id}::text AND p.status = 'closed' ORDER BY p.id`);
    return rows.map(({ id }) => id as MonthId);
  }

  transfers(): Promise<number> {
    return countTransfers(this.transaction, this.period.id);
  }

  /** The hash of the latest closing, of whichever month; null before the first. */
  async latestHash(): Promise<Uint8Array | null> {
    const [row] = await this.transaction.query<{ readonly journal_hash: Uint8Array }>(Prisma.sql`
      SELECT c.journal_hash FROM period_closings c WHERE c.act = 'closed' ORDER BY c.at DESC LIMIT 1`);
    return row?.journal_hash ?? null;
  }

  /** Keeps balances and exports, and closes. */
  async close(
    by: ClosingBy,
    kept: {
      readonly checklist: readonly CheckResult[];
      readonly exports: ReadonlyMap<ExportName, ExportFile>;
      readonly statements: readonly string[];
      readonly previousHash: Uint8Array | null;
      readonly journalHash: Uint8Array;
    },
    record: ActRecord,
  ): Promise<Closing> {
    const { id } = this.period;
    const version = this.period.version + 1;
    await this.transaction.query(insertBalances(id, version));
    for (const [kind, file] of kept.exports)
      await insertExport(this.transaction, { periodId: id, version, kind }, file);
    return this.record('closed', version, by, { ...kept, record });
  }

  reopen(by: ClosingBy, record: ActRecord): Promise<Closing> {
    const nothing = { checklist: [], journalHash: null, previousHash: null, statements: [] };
    return this.record('reopened', this.period.version, by, { ...nothing, record });
  }

  private async record(
    act: Closing['act'],
    version: number,
    { person, keyId, note, key }: ClosingBy,
    kept: Pick<Closing, 'checklist' | 'journalHash' | 'previousHash' | 'statements'> & { readonly record: ActRecord },
  ): Promise<Closing> {
    const [row] = await this.transaction.query<ClosingRow>(Prisma.sql`
      WITH c AS (
        INSERT INTO period_closings (
          period_id, version, act, person, key_id, note, checklist, journal_hash, previous_hash, statements, idempotency_key,
          fingerprint)
        VALUES (
          ${this.period.id}::text, ${version}::int, ${act}::text, ${person}::text, ${keyId}::text, ${note}::text,
          ${JSON.stringify(kept.checklist)}::jsonb, ${kept.journalHash}::bytea, ${kept.previousHash}::bytea,
          ${[...kept.statements]}::text[],
          ${key?.key ?? null}::text, ${key?.fingerprint ?? null}::bytea)
        RETURNING *)
      SELECT ${CLOSING_COLUMNS}, ${recordAct(kept.record)} FROM c`);
    await this.transaction.query(Prisma.sql`
      UPDATE periods SET status = ${act === 'closed' ? 'closed' : 'open'}::text, version = ${version}::int
      WHERE id = ${this.period.id}::text`);
    if (!row) throw new Error('a row that was inserted was not returned');
    return closingFromRow(row);
  }
}

/** Closes and reopens months, and tells who has. */
@Injectable()
export class ClosingsRepository {
  constructor(private readonly database: Database) {}

  /** @returns null if there is no such month. */
  async facts(id: MonthId): Promise<PeriodFacts | null> {
    const [row] = await this.database.query<FactsRow>(factsOf(id));
    return row ? factsFrom(row) : null;
  }

  /** How many a month has. */
  transfers(id: MonthId): Promise<number> {
    return countTransfers(this.database, id);
  }

  /** Of a month, the first act first. */
  async of(id: MonthId): Promise<readonly Closing[]> {
    const rows = await this.database.query<ClosingRow>(Prisma.sql`
      SELECT ${CLOSING_COLUMNS} FROM period_closings c WHERE c.period_id = ${id}::text ORDER BY c.version, c.act`);
    return rows.map(closingFromRow);
  }

  /** @returns null if there is no such closing. */
  async closed(id: MonthId, version: number): Promise<Closing | null> {
    const [row] = await this.database.query<ClosingRow>(Prisma.sql`
      SELECT ${CLOSING_COLUMNS} FROM period_closings c
      WHERE c.period_id = ${id}::text AND c.version = ${version}::int AND c.act = 'closed'`);
    return row ? closingFromRow(row) : null;
  }

  /** What a person did under a key. @returns null if the key is new. */
  async actedWith(
    person: string,
    key: string,
  ): Promise<{ readonly closing: Closing; readonly fingerprint: Uint8Array } | null> {
    const [row] = await this.database.query<ClosingRow>(Prisma.sql`
      SELECT ${CLOSING_COLUMNS} FROM period_closings c
      WHERE c.person = ${person}::text AND c.idempotency_key = ${key}::text`);
    return row?.fingerprint ? { closing: closingFromRow(row), fingerprint: row.fingerprint } : null;
  }

  /**
   * One transaction: acts on months come one after the other, and those who post to this one wait meanwhile, so nothing
   * in it is slow. @returns null if there is no such month.
   */
  locked<T>(id: MonthId, use: (locked: LockedPeriod) => Promise<T>): Promise<T | null> {
    return this.database.transaction('READ COMMITTED', async (transaction) => {
      await transaction.query(Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended('acts on periods', 0))`);
      const [row] = await transaction.query<PeriodRow>(Prisma.sql`
        SELECT p.id, p.starts_at, p.ends_at, p.status, p.version FROM periods p WHERE p.id = ${id}::text FOR UPDATE`);
      return row ? use(new LockedPeriod(transaction, periodFromRow(row))) : null;
    });
  }
}

interface FactsRow {
  readonly id: string;
  readonly ends_at: Date;
  readonly now: Date;
  readonly open_before: string[];
  readonly unposted: number;
  readonly billed: unknown;
  readonly lists: unknown;
  readonly blocking_breaks: number;
}

/**
 * The lists that have something in a month `p`: an order that was created in it, or posted to it, or a statement that was;
 * what people decide or prove later makes no list of it. Each with the run that counts, as JSON.
 */
const LISTS = Prisma.sql`
  (SELECT COALESCE(jsonb_agg(jsonb_build_object(
            'provider', l.provider, 'account', l.account, 'changedAt', COALESCE(GREATEST(l.changed_at, s.changed_at), p.starts_at),
            'run', (SELECT jsonb_build_object('startedAt', r.started_at, 'unread', r.legs -> 'provider' -> 'unread')
                    FROM reconciliations r
                    WHERE r.provider = l.provider AND r.account IS NOT DISTINCT FROM l.account AND r.period_id = p.id
                      AND r.status = 'completed' AND NOT r.dry_run AND r.cut_off_at >= p.ends_at
                    ORDER BY (r.legs -> 'provider' ->> 'unread')::int = 0 DESC, r.started_at DESC LIMIT 1))
            ORDER BY l.provider, l.account NULLS FIRST), '[]')
   FROM (
     SELECT u.provider, u.account, max(u.changed_at) AS changed_at
     FROM (
       SELECT o.provider, o.provider_account AS account, o.updated_at AS changed_at
       FROM (SELECT DISTINCT t.order_id FROM ledger_transfers t
             WHERE t.period_id = p.id AND (t.source = t.order_id OR t.source ^@ 'stm_')) m
       JOIN orders o ON o.id = m.order_id
       UNION ALL
       SELECT o.provider, o.provider_account, o.updated_at FROM orders o
       WHERE o.created_at >= p.starts_at AND o.created_at < p.ends_at
       UNION ALL
       SELECT t.provider, NULL, NULL FROM ledger_transfers t WHERE t.period_id = p.id AND t.source ^@ 'stm_') u
     GROUP BY u.provider, u.account) l
   LEFT JOIN LATERAL (
     SELECT max(GREATEST(s.accepted_at, s.reversed_at)) AS changed_at FROM statements s WHERE s.provider = l.provider) s ON true)`;

/** On account, an expense is what a provider is to invoice. */
const factsOf = (id: MonthId): Prisma.Sql => Prisma.sql`
  SELECT p.id, p.ends_at, now() AS now,
         ARRAY(SELECT q.id FROM periods q WHERE q.id < p.id AND q.status = 'open' ORDER BY q.id) AS open_before,
         (SELECT count(*)::int FROM (
            SELECT FROM feed_readers r JOIN order_events e ON (e.tx, e.order_id, e.sequence) > (r.tx, r.subject, r.sequence)
            WHERE r.name = 'ledger' AND e.occurred_at < p.ends_at LIMIT ${MOST_COUNTED}::int) waiting) AS unposted,
         (SELECT COALESCE(jsonb_agg(jsonb_build_object('provider', b.provider, 'isIn', EXISTS (
                   SELECT FROM statements s
                   WHERE s.provider = b.provider AND s.document = 'invoice' AND s.status = 'accepted'
                     AND s.covers_from <= ${lastDayOf(id)}::date AND s.covers_to >= ${`${id}-01`}::date))
                 ORDER BY b.provider), '[]')
          FROM (SELECT DISTINCT t.provider FROM ledger_transfers t
                WHERE t.period_id = p.id AND t.debit IN ('expense', 'pool_cost') AND t.rule IN ('recognise', 'pool_retire')) b) AS billed,
         ${LISTS} AS lists,
         (SELECT count(*)::int FROM (
            SELECT FROM breaks b
            WHERE b.severity = 'blocking' AND b.status IN ('open', 'waiting') AND b.period_id <= p.id
            LIMIT ${MOST_COUNTED}::int) unsettled) AS blocking_breaks
  FROM periods p WHERE p.id = ${id}::text`;

const factsFrom = (row: FactsRow | undefined): PeriodFacts => {
  if (!row) throw new Error('a month that is locked is gone');
  return {
    endsAt: row.ends_at,
    now: row.now,
    periodId: row.id as MonthId,
    openBefore: row.open_before.map((id) => id as MonthId),
    unposted: row.unposted,
    billed: readList(readBilled)(row.billed),
    lists: readList(readListFacts)(row.lists),
    blockingBreaks: row.blocking_breaks,
  };
};

/** What the month before ended with, and what was posted since: all months before are closed. */
const insertBalances = (id: MonthId, version: number): Prisma.Sql => Prisma.sql`
  INSERT INTO period_balances (period_id, version, tenant_id, provider, asset, account, opening, debits, credits, closing)
  SELECT ${id}::text, ${version}::int, s.tenant_id, s.provider, s.asset, s.account, sum(s.opening), sum(s.debits),
         sum(s.credits), sum(s.opening) + sum(s.debits) - sum(s.credits)
  FROM (
    SELECT b.tenant_id, b.provider, b.asset, b.account, b.closing AS opening, 0 AS debits, 0 AS credits
    FROM period_balances b JOIN periods p ON p.id = b.period_id AND p.version = b.version
    WHERE p.id = (SELECT max(q.id) FROM periods q WHERE q.id < ${id}::text)
    UNION ALL
    SELECT COALESCE(t.tenant_id, ''), t.provider, t.asset, side.account, 0, side.debits, side.credits
    FROM ledger_transfers t
    CROSS JOIN LATERAL (VALUES (t.debit, t.units, 0), (t.credit, 0, t.units)) AS side(account, debits, credits)
    WHERE t.period_id = ${id}::text) s
  GROUP BY s.tenant_id, s.provider, s.asset, s.account`;

const readTime = (value: unknown): Date => new Date(readText(value));

const readListFacts = readObject({
  provider: readText,
  account: readTextOrNull,
  changedAt: readTime,
  run: readObjectOrNull({ startedAt: readTime, unread: (value) => readNumberOrNull(value) ?? 0 }),
});

const readBilled = readObject({ provider: readText, isIn: readFlag });
