import { Injectable } from '@nestjs/common';
import type { KeyedLine } from '../../domain/statements/statement-check.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import { UNPACKED_SIZE } from '../exports/unpacked-size.js';
import { lineFromRow, type LineRow, type LinkedLine } from './statement-rows.js';

export type { LinkedLine };

/**
 * The files of statements and their lines. They are written while a file arrives, each call a transaction of its own, so
 * that none of them holds up the event feed; what of them counts, the row of their statement decides.
 */
@Injectable()
export class StatementFilesRepository {
  constructor(private readonly database: Database) {}

  async addPiece(id: string, n: number, gz: Uint8Array): Promise<void> {
    await this.database.execute(Prisma.sql`
      INSERT INTO statement_chunks (statement_id, n, gz) VALUES (${id}::text, ${n}::int, ${gz}::bytea)`);
  }

  /** @returns null after the last one. */
  private async piece(id: string, n: number): Promise<Uint8Array | null> {
    const [row] = await this.database.query<{ gz: Uint8Array }>(Prisma.sql`
      SELECT c.gz FROM statement_chunks c WHERE c.statement_id = ${id}::text AND c.n = ${n}::int`);
    return row?.gz ?? null;
  }

  /** The pieces of a file, packed, in order: one statement each, so that a slow reader holds no connection. */
  async *pieces(id: string): AsyncGenerator<Uint8Array> {
    for (let n = 0; ; n++) {
      const piece = await this.piece(id, n);
      if (piece === null) return;
      yield piece;
    }
  }

  /** What the files of these statements are, as they were received. */
  async files(
    ids: readonly string[],
  ): Promise<readonly { readonly id: string; readonly sha256: Uint8Array; readonly size: number }[]> {
    const rows = await this.database.query<{ id: string; sha256: Uint8Array; size: string }>(Prisma.sql`
      SELECT s.id, s.file_sha256 AS sha256, (
        SELECT COALESCE(sum(${UNPACKED_SIZE}), 0) FROM statement_chunks c WHERE c.statement_id = s.id) AS size
      FROM statements s WHERE s.id = ANY (${[...ids]}::text[]) ORDER BY s.id COLLATE "C"`);
    return rows.map(({ size, ...file }) => ({ ...file, size: Number(size) }));
  }

  /**
   * Adds lines, each with the order that it names: by the provider's id of it, or by ours as its reference. If these are
   * two orders, neither is it; and no member of a pool is, of which the provider knows nothing.
   * @returns the lines that stand in a statement of the provider already
   */
  async addLines(id: string, provider: string, lines: readonly KeyedLine[]): Promise<readonly number[]> {
    const column = <T>(of: (line: KeyedLine) => T): T[] => lines.map(of);
    const rows = await this.database.query<{ line: number }>(Prisma.sql`
      WITH given AS MATERIALIZED (
        SELECT * FROM unnest(
          ${column(({ line }) => line)}::int[], ${column(({ key }) => `\\x${Buffer.from(key).toString('hex')}`)}::bytea[],
          ${column(({ kind }) => kind)}::text[], ${column(({ providerOrderId }) => providerOrderId)}::text[],
          ${column(({ reference }) => reference)}::text[], ${column(({ projectId }) => projectId)}::text[],
          ${column(({ grams }) => grams?.toString() ?? null)}::bigint[],
          ${column(({ netUnits }) => netUnits.toString())}::bigint[],
          ${column(({ taxUnits }) => taxUnits.toString())}::bigint[],
          ${column(({ occurredOn }) => occurredOn)}::date[], ${column(({ description }) => description)}::text[])
        AS g (line, line_key, kind, provider_order_id, reference, project_id, grams, net_units, tax_units, occurred_on,
              description)),
      added AS (
        INSERT INTO statement_lines (statement_id, line, line_key, kind, provider_order_id, reference, project_id, order_id,
                                     grams, net_units, tax_units, occurred_on, description)
        SELECT ${id}::text, g.line, g.line_key, g.kind, g.provider_order_id, g.reference, g.project_id,
               CASE WHEN by_id.id <> by_reference.id THEN NULL
                    ELSE COALESCE(by_id.id, CASE WHEN by_reference.pool_role IS DISTINCT FROM 'member' THEN by_reference.id END) END,
               g.grams, g.net_units, g.tax_units, g.occurred_on, g.description
        FROM given g
        LEFT JOIN orders by_id ON by_id.provider = ${provider}::text AND by_id.provider_order_id = g.provider_order_id
        LEFT JOIN orders by_reference ON by_reference.id = g.reference AND by_reference.provider = ${provider}::text)
      SELECT g.line FROM given g WHERE EXISTS (
        SELECT FROM statement_lines l JOIN statements s ON s.id = l.statement_id
        WHERE l.line_key = g.line_key AND s.provider = ${provider}::text AND s.status IN ('checked', 'accepted'))
      ORDER BY g.line`);
    return rows.map(({ line }) => line);
  }

  /** By their place in the file. */
  async lines(id: string, after: number, limit: number): Promise<LinkedLine[]> {
    const rows = await this.database.query<LineRow>(Prisma.sql`
      SELECT l.line, l.kind, l.provider_order_id, l.reference, l.project_id, l.order_id, l.grams::text, l.net_units::text,
             l.tax_units::text, l.occurred_on::text, l.description
      FROM statement_lines l WHERE l.statement_id = ${id}::text AND l.line > ${after}::int
      ORDER BY l.line LIMIT ${limit}::int`);
    return rows.map(lineFromRow);
  }
}
