import { Injectable } from '@nestjs/common';
import type { QueryResultRow } from 'pg';
import { COVERAGES, type Run } from '../../domain/reconciliation/run.js';
import type { ProviderLeg } from '../../domain/reconciliation/legs.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';
import type { Lease } from '../tasks/lease.js';
import { LARGE_WORK_MEM, scopeOf } from './scope.js';

export interface Snapshot {
  readonly id: string;
  readonly coverage: (typeof COVERAGES)[number];
  readonly createdFrom: Date;
  readonly cursor: string | null;
  readonly total: number | null;
  readonly unread: number;
  readonly restarts: number;
  readonly failures: number;
  readonly isComplete: boolean;
}

/** A purchase as the provider's list has it. */
export interface ProviderRecord extends ProviderLeg {
  readonly providerState: string;
  readonly createdAt: Date | null;
}

interface SnapshotRow {
  readonly id: string;
  readonly coverage: string;
  readonly created_from: Date;
  readonly cursor: string | null;
  readonly total: number | null;
  readonly unread: number;
  readonly restarts: number;
  readonly failures: number;
  readonly ended_at: Date | null;
}

/** The provider's list, page by page. Every write repeats the lease of the task: of two readers one goes on. */
@Injectable()
export class SnapshotsRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<Snapshot | null> {
    const [row] = await this.database.query<SnapshotRow>(Prisma.sql`
      SELECT n.* FROM provider_snapshots n WHERE n.id = ${id}::text`);
    return row ? snapshotFromRow(row) : null;
  }

  /**
   * The snapshot of a run: one that was begun after its cut-off and within `reuseMs`, reaches back far enough and is
   * complete, unless the run wants a fresh one; else a new one.
   * @returns null if this run of the task is not at it any more
   */
  async forRun(
    lease: Lease,
    run: Run,
    coverage: Snapshot['coverage'],
    { skewMs, reuseMs }: { readonly skewMs: number; readonly reuseMs: number },
  ): Promise<Snapshot | null> {
    const from = await this.createdFrom(run, skewMs);
    const [row] = await this.database.query<SnapshotRow>(Prisma.sql`
      WITH held AS MATERIALIZED (${heldRun(lease)}),
      usable AS (
        SELECT n.* FROM provider_snapshots n, held
        WHERE NOT ${run.fresh}::boolean AND n.provider = ${run.provider}::text AND n.account IS NOT DISTINCT FROM ${run.account}::text
          AND n.ended_at IS NOT NULL AND n.started_at >= ${run.cutOffAt}::timestamptz
          AND n.started_at > now() - ${reuseMs}::float8 * interval '1 millisecond'
          AND n.created_from <= ${from}::timestamptz
          -- Of known purchases alone: whatever was bought since is not among them.
          AND n.coverage = 'complete' AND ${coverage}::text = 'complete'
        ORDER BY n.started_at DESC LIMIT 1),
      made AS (
        INSERT INTO provider_snapshots (id, provider, account, coverage, created_from)
        SELECT ${newId('snp')}::text, ${run.provider}::text, ${run.account}::text, ${coverage}::text, ${from}::timestamptz
        FROM held WHERE NOT EXISTS (SELECT FROM usable)
        RETURNING *),
      chosen AS (SELECT * FROM usable UNION ALL SELECT * FROM made),
      taken AS (UPDATE reconciliations c SET snapshot_id = n.id FROM chosen n, held WHERE c.id = held.id)
      SELECT n.* FROM chosen n`);
    return row ? snapshotFromRow(row) : null;
  }

  /** Adds a page, and where to go on; `null` is the end. @returns false if this run of the task is not at it any more. */
  async addPage(
    lease: Lease,
    snapshot: Snapshot,
    page: {
      readonly records: readonly ProviderRecord[];
      readonly unread: number;
      readonly total: number | null;
      readonly nextCursor: string | null;
    },
  ): Promise<boolean> {
    const rows = await this.database.query(Prisma.sql`
      WITH held AS MATERIALIZED (${heldRun(lease)}),
      moved AS (
        UPDATE provider_snapshots n SET
          cursor = ${page.nextCursor}::text, total = ${page.total}::int, pages = n.pages + 1, unread = n.unread + ${page.unread}::int,
          failures = 0, ended_at = CASE WHEN ${page.nextCursor}::text IS NULL THEN now() END
        FROM held WHERE n.id = ${snapshot.id}::text RETURNING n.id, n.restarts),
      added AS (
        INSERT INTO provider_records (snapshot_id, round, provider_order_id, reference, state, provider_state, grams, gross_units,
                                      currency, created_at)
        SELECT m.id, m.restarts, g.* FROM moved m, jsonb_to_recordset(${recordsJson(page.records)}::jsonb) AS g(
          provider_order_id text, reference text, state text, provider_state text, grams bigint, gross_units numeric,
          currency text, created_at timestamptz)
        ON CONFLICT (snapshot_id, round, provider_order_id) DO UPDATE SET
          reference = excluded.reference, state = excluded.state, provider_state = excluded.provider_state,
          grams = excluded.grams, gross_units = excluded.gross_units, currency = excluded.currency)
      SELECT id FROM moved`);
    return rows.length === 1;
  }

  /** Rows have moved under the reader: everything is read anew. */
  async restart(lease: Lease, { id }: Snapshot): Promise<void> {
    await this.database.execute(Prisma.sql`
      UPDATE provider_snapshots n SET cursor = NULL, total = NULL, pages = 0, unread = 0, restarts = n.restarts + 1, started_at = now()
      WHERE n.id = ${id}::text AND EXISTS (${heldRun(lease)})`);
  }

  async countFailure(lease: Lease, { id }: Snapshot): Promise<void> {
    await this.database.execute(Prisma.sql`
      UPDATE provider_snapshots n SET failures = n.failures + 1
      WHERE n.id = ${id}::text AND EXISTS (${heldRun(lease)})`);
  }

  /** Purchases that we know of and a run compares, by order id, after one of them. */
  async known(
    run: Run,
    after: string,
    limit: number,
  ): Promise<readonly { readonly orderId: string; readonly providerOrderId: string }[]> {
    const rows = await this.scoped<{ id: string; provider_order_id: string }>(Prisma.sql`
      WITH ${scopeOf(run, null)}
      SELECT o.id, o.provider_order_id FROM scope JOIN orders o ON o.id = scope.id
      WHERE o.provider_order_id IS NOT NULL AND o.id > ${after}::text ORDER BY o.id LIMIT ${limit}::int`);
    return rows.map((row) => ({ orderId: row.id, providerOrderId: row.provider_order_id }));
  }

  /** The creation of the first order, or undecided purchase, that the run compares; of the period, if there is none before. */
  private async createdFrom(run: Run, skewMs: number): Promise<Date> {
    const [row] = await this.scoped<{ from: Date }>(Prisma.sql`
      WITH ${scopeOf(run, null)}
      SELECT LEAST(p.starts_at, (SELECT min(s.created_at) FROM scope s), (
               SELECT min(r.created_at) FROM breaks b JOIN provider_records r ON r.provider_order_id = b.subject
                 JOIN provider_snapshots n ON n.id = r.snapshot_id AND n.provider = b.provider
               WHERE b.provider = ${run.provider}::text AND b.type = 'purchase_unknown_here' AND b.status IN ('open', 'waiting')))
             - ${skewMs}::float8 * interval '1 millisecond' AS "from"
      FROM periods p WHERE p.id = ${run.periodId}::text`);
    if (!row) throw new Error('the period of a run has gone');
    return row.from;
  }

  /** What a run compares takes longer to find among a million orders than a statement may. */
  private scoped<Row extends QueryResultRow>(query: Prisma.Sql): Promise<readonly Row[]> {
    return this.database.transaction('READ COMMITTED', async (transaction) => {
      await transaction.execute(LARGE_WORK_MEM);
      return transaction.query<Row>(query);
    });
  }
}

const heldRun = (lease: Lease): Prisma.Sql => Prisma.sql`
  SELECT t.subject_id AS id FROM tasks t
  WHERE t.subject_id = ${lease.subjectId}::text AND t.kind = 'collect' AND t.lease_token = ${lease.token}::uuid FOR UPDATE`;

const snapshotFromRow = (row: SnapshotRow): Snapshot => ({
  id: row.id,
  coverage: readWord(COVERAGES)(row.coverage),
  createdFrom: row.created_from,
  cursor: row.cursor,
  total: row.total,
  unread: row.unread,
  restarts: row.restarts,
  failures: row.failures,
  isComplete: row.ended_at !== null,
});

const recordsJson = (records: readonly ProviderRecord[]): string =>
  JSON.stringify(
    [...new Map(records.map((record) => [record.providerOrderId, record])).values()].map((record) => ({
      provider_order_id: record.providerOrderId,
      reference: record.reference,
      state: record.state,
      provider_state: record.providerState,
      grams: record.grams?.toString() ?? null,
      gross_units: record.grossUnits?.toString() ?? null,
      currency: record.currency,
      created_at: record.createdAt,
    })),
  );
