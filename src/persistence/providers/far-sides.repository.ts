import { Injectable } from '@nestjs/common';
import { accountConfirmed, applied } from '../../domain/audit/act.js';
import type { Elsewhere, FarSide } from '../../domain/providers/far-side.js';
import type { ProviderId } from '../../domain/providers/calls.js';
import { recordOnce } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { readList, readNumberOrNull, readObject, readText, readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { IS_OPEN } from '../orders/order-rows.js';

/** Sends that bought, or may have. */
const MAY_HAVE_BOUGHT = Prisma.sql`
  a.operation <> 'cancel' AND (a.outcome IS NULL OR a.outcome IN ('ambiguous', 'accepted'))`;

export interface FarSideView {
  /** Ids of the far sides that are the same account. */
  readonly account: readonly string[];
  /** Other accounts with open orders of this database. */
  readonly elsewhere: readonly Elsewhere[];
}

/** The accounts at providers that this database has orders at. */
@Injectable()
export class FarSidesRepository {
  constructor(private readonly database: Database) {}

  /**
   * Puts a far side on record; it is an account of its own until somebody confirms otherwise. The first one of a provider
   * is taken for the one that orders older than these records were sent to.
   */
  async register({ id, provider, address, environment }: FarSide): Promise<void> {
    await this.database.execute(Prisma.sql`
      WITH registered AS (
        INSERT INTO far_sides (id, provider, address, environment, account)
        VALUES (${id}::text, ${provider}::text, ${address}::text, ${environment}::text, ${id}::text)
        ON CONFLICT DO NOTHING)
      UPDATE attempts a SET far_side = ${id}::text
      FROM orders o
      WHERE o.id = a.order_id AND o.provider = ${provider}::text AND ${IS_OPEN} AND a.far_side IS NULL
        AND NOT EXISTS (SELECT FROM far_sides f WHERE f.provider = ${provider}::text)`);
  }

  /** Cheap while the provider has only ever been one account: no order is read then. */
  async view({ id, provider }: Pick<FarSide, 'id' | 'provider'>): Promise<FarSideView> {
    const [row] = await this.database.query<{ account: string[]; elsewhere: unknown }>(Prisma.sql`
      WITH mine AS MATERIALIZED (
        SELECT f.id FROM far_sides f
        WHERE f.provider = ${provider}::text AND f.account = (SELECT m.account FROM far_sides m WHERE m.id = ${id}::text)),
      other AS MATERIALIZED (
        SELECT f.id, f.address, f.environment FROM far_sides f
        WHERE f.provider = ${provider}::text AND f.id NOT IN (SELECT mine.id FROM mine))
      SELECT ARRAY(SELECT mine.id FROM mine) AS account,
             (SELECT jsonb_agg(found) FROM (
                SELECT f.id, f.address, f.environment, count(DISTINCT o.id) AS orders
                FROM orders o JOIN attempts a ON a.order_id = o.id JOIN other f ON f.id = a.far_side
                WHERE EXISTS (SELECT FROM other) AND o.provider = ${provider}::text AND ${IS_OPEN} AND ${MAY_HAVE_BOUGHT}
                GROUP BY f.id, f.address, f.environment ORDER BY f.id) found) AS elsewhere`);
    return { account: row?.account ?? [], elsewhere: readList(readElsewhere)(row?.elsewhere) };
  }

  /**
   * The far side is the same account as those where the provider's open orders are, and those orders go on now.
   * @returns the ids it was joined to. None: nothing was written, because there is no such far side or no open order
   * elsewhere, or one of them is live and the other a sandbox.
   */
  async confirmAccount(provider: ProviderId, id: string, operator: string): Promise<readonly string[]> {
    const { elsewhere } = await this.view({ id, provider });
    const ids = elsewhere.map((there) => there.id);
    const record = applied({ by: 'operator', name: operator }, accountConfirmed(id, provider, ids));
    const rows = await this.database.query<{ id: string }>(Prisma.sql`
      WITH here AS (SELECT f.* FROM far_sides f WHERE f.provider = ${provider}::text AND f.id = ${id}::text),
      joined AS (
        UPDATE far_sides f SET account = here.account, confirmed_at = now(), confirmed_by = ${operator}::text
        FROM here
        WHERE f.provider = here.provider AND f.environment = here.environment
          AND f.account IN (SELECT t.account FROM far_sides t WHERE t.id = ANY(${ids}::text[]))
        RETURNING f.id),
      woken AS (
        UPDATE tasks t SET run_at = LEAST(t.run_at, now())
        FROM orders o
        WHERE EXISTS (SELECT FROM joined) AND t.subject_id = o.id AND o.provider = ${provider}::text AND ${IS_OPEN})
      SELECT joined.id, ${recordOnce(record, Prisma.sql`joined`)} FROM joined ORDER BY joined.id`);
    return rows.map((row) => row.id);
  }

  async list(): Promise<readonly object[]> {
    return this.database.query(Prisma.sql`
      SELECT f.provider, f.id, f.address, f.environment, f.account, f.first_seen_at, f.confirmed_by,
             (SELECT count(DISTINCT o.id)::int FROM orders o JOIN attempts a ON a.order_id = o.id
              WHERE o.provider = f.provider AND a.far_side = f.id AND ${IS_OPEN} AND ${MAY_HAVE_BOUGHT}) AS open_orders
      FROM far_sides f ORDER BY f.provider, f.first_seen_at`);
  }
}

const readElsewhere = (value: unknown): Elsewhere => {
  const row = readObject({
    id: readText,
    address: readText,
    environment: readWord(['live', 'sandbox'] as const),
    orders: readNumberOrNull,
  })(value);
  return { ...row, orders: row.orders ?? 0 };
};
