import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { reconciliationStarted } from '../../domain/audit/reconciliation-acts.js';
import type { Actor } from '../../domain/orders/cause.js';
import type { MonthId } from '../../domain/periods/month.js';
import { BREAK_TYPES, SEVERITIES, type BreakType } from '../../domain/reconciliation/break-types.js';
import type { Fact, Finding } from '../../domain/reconciliation/finding.js';
import {
  RULES_VERSION,
  type Run,
  type RunFailure,
  type RunScope,
  type RunStatus,
} from '../../domain/reconciliation/run.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';
import type { Lease } from '../tasks/lease.js';
import { TaskNotices } from '../tasks/task-notices.js';
import { RUN_COLUMNS, RUN_TABLES, runFromRow, type RunRow } from './run-rows.js';

export interface RunFilter {
  readonly provider?: string;
  readonly periodId?: MonthId;
  readonly status?: RunStatus;
}

/** A finding with the hashes that make a break of it, and what it is about. */
export interface KeptFinding extends Finding {
  readonly key: Uint8Array;
  readonly factsHash: Uint8Array;
  readonly orderId: string | null;
  readonly statementId: string | null;
  readonly line: number | null;
}

/** What a run found, as it is read again. `breakId`: what became of it; null in a dry run. */
export interface ReadFinding {
  readonly type: BreakType;
  readonly severity: Finding['severity'];
  readonly subject: string;
  readonly orderId: string | null;
  readonly facts: readonly Fact[];
  readonly breakId: string | null;
}

/** Runs, and the tasks that carry them on: `collect`, then `match`. Every write of a task repeats its lease. */
@Injectable()
export class RunsRepository {
  constructor(
    private readonly database: Database,
    private readonly notices: TaskNotices,
  ) {}

  /** With its first task. @returns null if one is at work for this list of the provider. */
  async start(scope: RunScope, fresh: boolean, by: Actor): Promise<string | null> {
    const id = newId('rec');
    try {
      await this.database.query(Prisma.sql`
        WITH started AS (
          INSERT INTO reconciliations (id, provider, account, period_id, cut_off_at, dry_run, fresh, rules_version, key_id, operator)
          VALUES (${id}::text, ${scope.provider}::text, ${scope.account}::text, ${scope.periodId}::text,
                  ${scope.cutOffAt}::timestamptz, ${scope.dryRun}::boolean, ${fresh}::boolean, ${RULES_VERSION}::int,
                  ${by.by === 'request' ? by.keyId : null}::text, ${by.by === 'operator' ? by.name : null}::text)
          RETURNING id),
        task AS (INSERT INTO tasks (subject_id, kind) SELECT s.id, 'collect' FROM started s)
        SELECT ${recordAct(applied(by, reconciliationStarted(id, scope)))} FROM started`);
      this.notices.announce();
      return id;
    } catch (thrown) {
      if (isOf(thrown, 'reconciliations_one_at_work')) return null;
      throw thrown;
    }
  }

  async atWork(provider: string, account: string | null): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(Prisma.sql`
      SELECT c.id FROM reconciliations c WHERE c.provider = ${provider}::text AND c.account IS NOT DISTINCT FROM ${account}::text
        AND c.status IN ('collecting', 'matching')`);
    return row?.id ?? null;
  }

  async find(id: string): Promise<Run | null> {
    const [row] = await this.database.query<RunRow>(Prisma.sql`
      SELECT ${RUN_COLUMNS} FROM ${RUN_TABLES} WHERE c.id = ${id}::text`);
    return row ? runFromRow(row) : null;
  }

  /** Newest first. */
  async list({ provider, periodId, status }: RunFilter, before: string | null, limit: number): Promise<Run[]> {
    const conditions = [
      Prisma.sql`true`,
      ...(provider === undefined ? [] : [Prisma.sql`c.provider = ${provider}::text`]),
      ...(periodId === undefined ? [] : [Prisma.sql`c.period_id = ${periodId}::text`]),
      ...(status === undefined ? [] : [Prisma.sql`c.status = ${status}::text`]),
      ...(before === null ? [] : [Prisma.sql`c.id < ${before}::text`]),
    ];
    const rows = await this.database.queryUnprepared<RunRow>(Prisma.sql`
      SELECT ${RUN_COLUMNS} FROM ${RUN_TABLES} WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY c.id DESC LIMIT ${limit}::int`);
    return rows.map(runFromRow);
  }

  /** By type and what they are about, strictly after a position. */
  async findings(
    runId: string,
    after: readonly [type: string, subject: string] | null,
    limit: number,
  ): Promise<ReadFinding[]> {
    const rows = await this.database.queryUnprepared<FindingRow>(Prisma.sql`
      SELECT f.type, f.severity, f.subject, f.order_id, f.facts, b.id AS break_id
      FROM reconciliations c JOIN findings f ON f.run_id = c.id AND f.try = c.tries
      LEFT JOIN breaks b ON b.break_key = f.break_key
      WHERE f.run_id = ${runId}::text ${after === null ? Prisma.empty : Prisma.sql`AND (f.type, f.subject) > (${after[0]}::text, ${after[1]}::text)`}
      ORDER BY f.type, f.subject LIMIT ${limit}::int`);
    return rows.map((row) => ({
      type: readWord(BREAK_TYPES)(row.type),
      severity: readWord(SEVERITIES)(row.severity),
      subject: row.subject,
      orderId: row.order_id,
      facts: row.facts as readonly Fact[],
      breakId: row.break_id,
    }));
  }

  /** The list is read: what comes next is another task. Nothing happens if this run of the task is not at it any more. */
  async collected(lease: Lease): Promise<void> {
    const rows = await this.database.query(Prisma.sql`
      WITH done AS (${endedTask(lease, 'collect')}),
      moved AS (UPDATE reconciliations c SET status = 'matching' FROM done WHERE c.id = done.subject_id RETURNING c.id)
      INSERT INTO tasks (subject_id, kind) SELECT m.id, 'match' FROM moved m RETURNING subject_id`);
    if (rows.length === 1) this.notices.announce();
  }

  async fail(lease: Lease, kind: 'collect' | 'match', failure: RunFailure): Promise<void> {
    await this.database.execute(Prisma.sql`
      WITH done AS (${endedTask(lease, kind)})
      UPDATE reconciliations c SET status = 'failed', failure = ${failure}::text, ended_at = now()
      FROM done WHERE c.id = done.subject_id`);
  }

  /** For a run that takes longer than a lease. @returns false if another has taken over. */
  async keep(lease: Lease, leaseMs: number): Promise<boolean> {
    const count = await this.database.execute(Prisma.sql`
      UPDATE tasks t SET leased_until = now() + ${leaseMs}::float8 * interval '1 millisecond',
                         run_at = now() + ${leaseMs}::float8 * interval '1 millisecond'
      WHERE t.subject_id = ${lease.subjectId}::text AND t.lease_token = ${lease.token}::uuid`);
    return count === 1;
  }

  /** What an earlier try has left is found again. @returns which try it is; null if another has taken over. */
  async begin(lease: Lease): Promise<number | null> {
    const [row] = await this.database.query<{ tries: number }>(Prisma.sql`
      UPDATE reconciliations c SET tries = c.tries + 1
      WHERE c.id = ${lease.subjectId}::text AND EXISTS (${heldTask(lease)}) RETURNING c.tries`);
    return row?.tries ?? null;
  }

  async addFindings(lease: Lease, nth: number, findings: readonly KeptFinding[]): Promise<void> {
    if (findings.length === 0) return;
    await this.database.execute(Prisma.sql`
      INSERT INTO findings (run_id, try, break_key, new_id, type, severity, subject, order_id, statement_id, line_no, facts, facts_hash)
      SELECT ${lease.subjectId}::text, ${nth}::int, decode(g.key, 'hex'), g.new_id, g.type, g.severity, g.subject, g.order_id, g.statement_id,
             g.line, g.facts, decode(g.facts_hash, 'hex')
      FROM jsonb_to_recordset(${findingsJson(findings)}::jsonb) AS g(
        key text, new_id text, type text, severity text, subject text, order_id text, statement_id text, line int, facts jsonb,
        facts_hash text)
      WHERE EXISTS (${heldTask(lease)})
      ON CONFLICT (run_id, try, break_key) DO NOTHING`);
  }

  /** The same was compared before: by a run that is complete, and dry if this one is. */
  async earlier(run: Run, inputHash: Uint8Array): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(Prisma.sql`
      SELECT c.id FROM reconciliations c
      WHERE c.input_hash = ${inputHash}::bytea AND c.dry_run = ${run.dryRun}::boolean AND c.status = 'completed'
        AND c.same_as IS NULL AND c.id <> ${run.id}::text
      ORDER BY c.id DESC LIMIT 1`);
    return row?.id ?? null;
  }

  async completeAs(lease: Lease, earlier: string, inputHash: Uint8Array): Promise<void> {
    await this.database.execute(Prisma.sql`
      WITH done AS (${endedTask(lease, 'match')})
      UPDATE reconciliations c SET status = 'completed', ended_at = now(), input_hash = ${inputHash}::bytea, legs = e.legs,
             counts = e.counts, result_hash = e.result_hash, same_as = e.id
      FROM done, reconciliations e WHERE c.id = done.subject_id AND e.id = ${earlier}::text`);
  }
}

interface FindingRow {
  readonly type: string;
  readonly severity: string;
  readonly subject: string;
  readonly order_id: string | null;
  readonly facts: unknown;
  readonly break_id: string | null;
}

const heldTask = (lease: Lease): Prisma.Sql => Prisma.sql`
  SELECT FROM tasks t WHERE t.subject_id = ${lease.subjectId}::text AND t.lease_token = ${lease.token}::uuid`;

export const endedTask = (lease: Lease, kind: 'collect' | 'match'): Prisma.Sql => Prisma.sql`
  DELETE FROM tasks t WHERE t.subject_id = ${lease.subjectId}::text AND t.kind = ${kind}::text
    AND t.lease_token = ${lease.token}::uuid RETURNING t.subject_id`;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const findingsJson = (findings: readonly KeptFinding[]): string =>
  JSON.stringify(
    findings.map((found) => ({
      key: hex(found.key),
      new_id: newId('brk'),
      type: found.type,
      severity: found.severity,
      subject: found.subject,
      order_id: found.orderId,
      statement_id: found.statementId,
      line: found.line,
      facts: found.facts,
      facts_hash: hex(found.factsHash),
    })),
  );

const isOf = (thrown: unknown, constraint: string): boolean =>
  thrown instanceof Error && 'constraint' in thrown && thrown.constraint === constraint;
