import { Injectable } from '@nestjs/common';
import type { ActRecord } from '../../domain/audit/act.js';
import type { Actor } from '../../domain/orders/cause.js';
import type { MonthId } from '../../domain/periods/month.js';
import type { Entered } from '../../domain/ledger/rules.js';
import type { BreakType, Severity } from '../../domain/reconciliation/break-types.js';
import type { Break, BreakEvent, BreakStatus } from '../../domain/reconciliation/break.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import {
  assignedTo,
  insertEvent,
  proposed,
  waitingUntil,
  type BreakMove,
  type ProposedResolution,
} from './break-moves.js';
import { BREAK_COLUMNS, breakEventFromRow, breakFromRow, type BreakEventRow, type BreakRow } from './break-rows.js';

export interface BreakFilter {
  readonly status?: BreakStatus;
  readonly type?: BreakType;
  readonly severity?: Severity;
  readonly provider?: string;
  readonly periodId?: MonthId;
}

/** An order that what a break is about may be of: a suggestion, and never applied by itself. */
export interface NearOrder {
  readonly orderId: string;
  readonly why: 'same_mass_and_day' | 'same_amount';
}

@Injectable()
export class BreaksRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<Break | null> {
    const [row] = await this.database.query<BreakRow>(Prisma.sql`
      SELECT ${BREAK_COLUMNS} FROM breaks b WHERE b.id = ${id}::text`);
    return row ? breakFromRow(row) : null;
  }

  /** Newest first. */
  async list(filter: BreakFilter, before: string | null, limit: number): Promise<Break[]> {
    const { status, type, severity, provider, periodId } = filter;
    const conditions = [
      Prisma.sql`true`,
      ...(status === undefined ? [] : [Prisma.sql`b.status = ${status}::text`]),
      ...(type === undefined ? [] : [Prisma.sql`b.type = ${type}::text`]),
      ...(severity === undefined ? [] : [Prisma.sql`b.severity = ${severity}::text`]),
      ...(provider === undefined ? [] : [Prisma.sql`b.provider = ${provider}::text`]),
      ...(periodId === undefined ? [] : [Prisma.sql`b.period_id = ${periodId}::text`]),
      ...(before === null ? [] : [Prisma.sql`b.id < ${before}::text`]),
    ];
    const rows = await this.database.queryUnprepared<BreakRow>(Prisma.sql`
      SELECT ${BREAK_COLUMNS} FROM breaks b WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY b.id DESC LIMIT ${limit}::int`);
    return rows.map(breakFromRow);
  }

  /** Everything that happened to it, in order. */
  async events(id: string): Promise<BreakEvent[]> {
    const rows = await this.database.query<BreakEventRow>(Prisma.sql`
      SELECT e.sequence, e.act, e.run_id, COALESCE(e.operator, p.name) AS operator, e.note, e.resolution, e.detail, e.at
      FROM break_events e LEFT JOIN operators p ON p.id = e.operator_id
      WHERE e.break_id = ${id}::text ORDER BY e.sequence`);
    return rows.map(breakEventFromRow);
  }

  /** Orders of the provider without a purchase, or without a charge, that look like what it is about. */
  async near({ provider, type, subject, statementId, line }: Break, limit: number): Promise<NearOrder[]> {
    const rows =
      type === 'purchase_unknown_here'
        ? await this.database.query<{ id: string }>(Prisma.sql`
            SELECT o.id FROM (
              SELECT r.* FROM provider_records r JOIN provider_snapshots n ON n.id = r.snapshot_id AND n.provider = ${provider}::text
              WHERE r.provider_order_id = ${subject}::text ORDER BY n.started_at DESC LIMIT 1) r
            JOIN orders o ON o.provider = ${provider}::text AND o.provider_order_id IS NULL AND o.ordered_grams = r.grams
              AND o.created_at BETWEEN r.created_at - interval '1 day' AND r.created_at + interval '1 day'
            ORDER BY o.id LIMIT ${limit}::int`)
        : await this.database.query<{ id: string }>(Prisma.sql`
            SELECT o.id FROM statement_lines l
            JOIN orders o ON o.provider = ${provider}::text AND o.payment_method = 'account'
              AND (o.price_amount - COALESCE(o.price_tax_amount, 0)) * 1000000 = l.net_units
              AND o.created_at >= l.occurred_on - interval '3 days' AND o.created_at < l.occurred_on + interval '4 days'
            WHERE l.statement_id = ${statementId}::text AND l.line = ${line}::int
              AND NOT EXISTS (SELECT FROM statement_lines x JOIN statements s ON s.id = x.statement_id
                              WHERE x.order_id = o.id AND s.status = 'accepted')
            ORDER BY o.id LIMIT ${limit}::int`);
    const why = type === 'purchase_unknown_here' ? 'same_mass_and_day' : 'same_amount';
    return rows.map(({ id }) => ({ orderId: id, why }));
  }

  /** `operatorId`: null for nobody. @returns null if the break has moved since it was read. Nothing was written. */
  assign(found: Break, operatorId: string | null, by: Actor, record: ActRecord): Promise<Break | null> {
    return this.move(found, assignedTo(operatorId), by, record);
  }

  /** @returns null if the break has moved since it was read. Nothing was written. */
  wait(found: Break, until: string, note: string, by: Actor, record: ActRecord): Promise<Break | null> {
    return this.move(found, waitingUntil(until, note), by, record);
  }

  /** In place of what was proposed before. @returns null if the break has moved since it was read. Nothing was written. */
  propose(
    found: Break,
    wanted: ProposedResolution,
    posts: readonly Entered[],
    by: Actor,
    record: ActRecord,
  ): Promise<Break | null> {
    return this.move(found, proposed(wanted, posts), by, record);
  }

  private async move(found: Break, { set, ...event }: BreakMove, by: Actor, record: ActRecord): Promise<Break | null> {
    const [row] = await this.database.queryUnprepared<BreakRow>(Prisma.sql`
      WITH moved AS (
        UPDATE breaks b SET version = b.version + 1, ${set}
        WHERE b.id = ${found.id}::text AND b.version = ${found.version}::int AND b.status IN ('open', 'waiting') RETURNING *),
      noted AS (${insertEvent(event, by)})
      SELECT ${BREAK_COLUMNS}, ${recordAct(record)} AS recorded FROM moved b`);
    return row ? breakFromRow(row) : null;
  }
}
