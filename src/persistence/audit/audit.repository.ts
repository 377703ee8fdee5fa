import { Injectable } from '@nestjs/common';
import type { ActRecord } from '../../domain/audit/act.js';
import type { ActType } from '../../domain/audit/act-states.js';
import type { AuditRow } from '../../domain/audit/chain.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import { recordAct } from './record-act.js';

export interface AuditFilter {
  readonly act: ActType | null;
  readonly subject: string | null;
  readonly operatorId: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
}

/** A row with the name of its operator as it is now, which the chain does not hold. */
export type NamedAuditRow = AuditRow & { readonly operator_name: string | null };

/** As AuditRow has them, whatever the settings of the session. */
const COLUMNS = Prisma.sql`
  a.number::text, a.id, to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, a.key_id, a.request_id,
  a.operator, a.operator_id, a.session_id, a.act, a.subject, a.before::text, a.after::text, a.reason, a.outcome,
  a.problem_code, encode(a.hash, 'hex') AS hash`;

@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  /** Records an act in a transaction of its own: for what was refused, and what came of an act that had begun. */
  async record(record: ActRecord): Promise<void> {
    await this.database.query(Prisma.sql`SELECT ${recordAct(record)}`);
  }

  /** In the order of the chain, after the row of this number, at most `limit`; from the first on for null. */
  page(after: string | null, limit: number): Promise<AuditRow[]> {
    return this.database.query<AuditRow>(Prisma.sql`
      SELECT ${COLUMNS} FROM audit_log a
      WHERE ${after}::bigint IS NULL OR a.number > ${after}::bigint
      ORDER BY a.number LIMIT ${limit}::int`);
  }

  /** Newest first, before the row of this number, at most `limit`; from the last on for null. */
  newest(
    { act, subject, operatorId, from, to }: AuditFilter,
    before: string | null,
    limit: number,
  ): Promise<NamedAuditRow[]> {
    const conditions = [
      ...(act === null ? [] : [Prisma.sql`a.act = ${act}::text`]),
      ...(subject === null ? [] : [Prisma.sql`a.subject = ${subject}::text`]),
      ...(operatorId === null ? [] : [Prisma.sql`a.operator_id = ${operatorId}::text`]),
      ...(from === null ? [] : [Prisma.sql`a.at >= ${from}::timestamptz`]),
      ...(to === null ? [] : [Prisma.sql`a.at < ${to}::timestamptz`]),
      ...(before === null ? [] : [Prisma.sql`a.number < ${before}::bigint`]),
    ];
    return this.database.queryUnprepared<NamedAuditRow>(Prisma.sql`
      SELECT ${COLUMNS}, p.name AS operator_name FROM audit_log a LEFT JOIN operators p ON p.id = a.operator_id
      WHERE ${Prisma.join([Prisma.sql`true`, ...conditions], ' AND ')}
      ORDER BY a.number DESC LIMIT ${limit}::int`);
  }
}
