import { Injectable } from '@nestjs/common';
import { EXPORT_NAMES, type ExportName } from '../../domain/exports/exports.js';
import type { MonthId } from '../../domain/periods/month.js';
import { Database, type Transaction } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import type { TenantScope } from '../orders/order-list.js';
import { countTransfers } from '../periods/count-transfers.js';
import type { ExportFile, FileFacts } from '../../domain/exports/export-file.js';
import { UNPACKED_SIZE } from './unpacked-size.js';

export type { Transaction };

/** Which export of which closing. */
export interface SealedExport {
  readonly periodId: MonthId;
  readonly version: number;
  readonly kind: ExportName;
}

/** Exports as closings have kept them, and a view of the books that stands still for new ones. */
@Injectable()
export class ExportsRepository {
  constructor(private readonly database: Database) {}

  /** Everything that is read in it is of one moment. */
  snapshot<T>(use: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.database.transaction('REPEATABLE READ', use);
  }

  /** How many transfers a month has. */
  transfers(transaction: Transaction, id: MonthId): Promise<number> {
    return countTransfers(transaction, id);
  }

  /** @returns null if there is no such closing. Of a tenant that has nothing in it, `facts` is null. */
  async find(
    { periodId, version, kind }: SealedExport,
    scope: TenantScope,
  ): Promise<{ readonly header: string; readonly facts: FileFacts | null } | null> {
    const [row] = await this.database.query<FileRow>(Prisma.sql`
      SELECT a.header, e.rows, e.sha256, e.missing
      FROM period_exports a
      LEFT JOIN period_exports e ON (e.period_id, e.version, e.kind) = (a.period_id, a.version, a.kind)
        AND e.tenant_id = ${scope === 'all_tenants' ? '' : scope.tenantId}::text
      WHERE a.period_id = ${periodId}::text AND a.version = ${version}::int AND a.kind = ${kind}::text AND a.tenant_id = ''`);
    if (!row) return null;
    const { header, rows, sha256, missing } = row;
    return { header, facts: rows === null || !sha256 || !missing ? null : { rows, sha256, missing } };
  }

  /** Everything that a closing has kept, of all tenants, with the bytes of its lines, which follow the header. */
  async files(
    periodId: MonthId,
    version: number,
  ): Promise<
    readonly {
      readonly kind: ExportName;
      readonly header: string;
      readonly sha256: Uint8Array;
      readonly linesSize: number;
    }[]
  > {
    const rows = await this.database.query<{
      kind: string;
      header: string;
      sha256: Uint8Array;
      size: string;
    }>(Prisma.sql`
      SELECT e.kind, e.header, e.sha256, (
        SELECT COALESCE(sum(${UNPACKED_SIZE}), 0) FROM period_export_chunks c
        WHERE (c.period_id, c.version, c.kind) = (e.period_id, e.version, e.kind)) AS size
      FROM period_exports e
      WHERE e.period_id = ${periodId}::text AND e.version = ${version}::int AND e.tenant_id = '' ORDER BY e.kind COLLATE "C"`);
    return rows.map(({ kind, size, ...file }) => ({
      ...file,
      kind: readWord(EXPORT_NAMES)(kind),
      linesSize: Number(size),
    }));
  }

  /** The lines of it, packed, in order: one statement each, so that a slow reader holds no connection. */
  async *chunks({ periodId, version, kind }: SealedExport, scope: TenantScope): AsyncGenerator<Uint8Array> {
    const own = scope === 'all_tenants' ? Prisma.sql`true` : Prisma.sql`c.tenant_id = ${scope.tenantId}::text`;
    for (let after = -1; ;) {
      const [row] = await this.database.query<{ readonly n: number; readonly gz: Uint8Array }>(Prisma.sql`
        SELECT c.n, c.gz FROM period_export_chunks c
        WHERE c.period_id = ${periodId}::text AND c.version = ${version}::int AND c.kind = ${kind}::text
          AND c.n > ${after}::int AND ${own}
        ORDER BY c.n LIMIT 1`);
      if (!row) return;
      yield row.gz;
      after = row.n;
    }
  }
}

interface FileRow {
  readonly header: string;
  readonly rows: number | null;
  readonly sha256: Uint8Array | null;
  readonly missing: Readonly<Record<string, number>> | null;
}

/** Keeps an export with a closing that is under way. */
export const insertExport = async (
  transaction: Transaction,
  { periodId, version, kind }: SealedExport,
  { header, all, tenants, chunks }: ExportFile,
): Promise<void> => {
  const files = [['', all] as const, ...tenants].map(([tenantId, { rows, sha256, missing }]) => ({
    tenant_id: tenantId,
    rows,
    sha256: Buffer.from(sha256).toString('hex'),
    missing,
  }));
  await transaction.query(Prisma.sql`
    INSERT INTO period_exports (period_id, version, kind, tenant_id, header, rows, sha256, missing)
    SELECT ${periodId}::text, ${version}::int, ${kind}::text, f.tenant_id, ${header}::text, f.rows, decode(f.sha256, 'hex'),
           f.missing
    FROM jsonb_to_recordset(${JSON.stringify(files)}::jsonb) AS f(tenant_id text, rows int, sha256 text, missing jsonb)`);
  for (const [n, { tenantId, gz }] of chunks.entries())
    await transaction.query(Prisma.sql`
      INSERT INTO period_export_chunks (period_id, version, kind, n, tenant_id, gz)
      VALUES (${periodId}::text, ${version}::int, ${kind}::text, ${n}::int, ${tenantId}::text, ${gz}::bytea)`);
};
