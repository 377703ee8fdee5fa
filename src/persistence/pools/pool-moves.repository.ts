import { Injectable } from '@nestjs/common';
import { Decimal } from 'decimal.js';
import { inUsd } from '../../domain/exchange-rates.js';
import { grams, type Grams } from '../../domain/mass.js';
import { BY_TASK } from '../../domain/orders/cause.js';
import { ORDER_STATUSES } from '../../domain/orders/lifecycle.js';
import { priceEvidence, type EvidenceOf } from '../../domain/orders/order-event.js';
import { PRICE_SOURCES } from '../../domain/orders/order.js';
import type { StatusReason } from '../../domain/orders/status-reasons.js';
import type { Allocation, LeftOver, Member, RetiredPurchase, Share } from '../../domain/pools/allocation.js';
import type { Pool } from '../../domain/pools/pool.js';
import type { FailedPurchase, Fate, ReturningMember } from '../../domain/pools/purchase.js';
import { Database, type Transaction } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';
import { causeJson } from '../orders/order-commit.js';
import { moneyFromColumns } from '../orders/order-rows.js';
import { readRetirements } from '../orders/retirement-json.js';
import { COMMITTED_AT } from '../purchases/purchase-writes.js';
import { ProcessHeartbeat } from '../tasks/process-heartbeat.js';
import { newPoolJson } from './new-pool.js';
import type { LeftOfEarlier } from './pool-left.repository.js';

/** `done`, or that somebody was faster; `unpriced`: what the purchase costs is not known. */
export type Moved = 'done' | 'moved' | 'unpriced';

interface MemberRow {
  readonly order_id: string;
  readonly grams: string;
  readonly tries: number;
  readonly max_total_amount: string | null;
  readonly max_total_currency: string | null;
  readonly usd_per_unit: string | null;
  readonly spending_usd: string | null;
}

interface PurchaseRow {
  readonly id: string;
  readonly status: string;
  readonly status_reason: string | null;
  readonly status_detail: string | null;
  readonly ordered_grams: string;
  readonly price_amount: string | null;
  readonly price_currency: string | null;
  readonly price_source: string | null;
  readonly price_tax_amount: string | null;
  readonly provider_retired_at: Date | null;
  readonly retirements: unknown;
}

/** What becomes of one member. */
interface Change {
  readonly orderId: string;
  readonly evidence: object;
  /** Columns of the order, by name; those of the statement alone. */
  readonly [column: string]: unknown;
}

/**
 * What becomes of members of a pool, in one transaction: all that it is about, or none. Locks are taken as everywhere:
 * orders, tasks, spending (by a trigger), and pools last; members of a sealed pool change by nothing else.
 */
@Injectable()
export class PoolMovesRepository {
  constructor(
    private readonly database: Database,
    private readonly heartbeat: ProcessHeartbeat,
  ) {}

  /** Gives every member what it has of the purchase, which is retired. */
  async allocate(
    poolId: string,
    decide: (bought: RetiredPurchase, members: readonly Member[]) => Allocation,
  ): Promise<Moved> {
    return this.move(poolId, ['retired', 'completed'], async (transaction, members, purchase) => {
      const total = moneyFromColumns(purchase.price_amount, purchase.price_currency);
      if (!total) return 'unpriced';
      const tax = moneyFromColumns(purchase.price_tax_amount, purchase.price_currency);
      const bought = {
        mass: massOf(purchase.ordered_grams),
        total,
        tax,
        retirements: readRetirements(purchase.retirements),
      };
      const { shares, left } = decide(
        bought,
        members.map(({ order_id: orderId, grams: mass }) => ({ orderId, mass: massOf(mass) })),
      );
      await transaction.execute(Prisma.sql`
        UPDATE pools SET status = 'allocated', ${leftColumns(left)}, ended_at = ${COMMITTED_AT}, version = version + 1
        WHERE id = ${poolId}::text`);
      await this.share(transaction, poolId, purchase, members, shares);
      return 'done';
    });
  }

  /**
   * Gives members of an open pool what is left of an earlier one, to which they belong from then on. Both have to be as they
   * were read, as far as it matters: what is left, and who is waiting.
   */
  async give(poolId: string, { poolId: from, version }: LeftOfEarlier, { shares, left }: Allocation): Promise<Moved> {
    const ids = shares.map(({ orderId }) => orderId);
    return this.database
      .transaction<Moved>('READ COMMITTED', async (transaction) => {
        const members = await transaction.query<MemberRow>(Prisma.sql`
          SELECT m.order_id, m.grams, m.tries, o.max_total_amount, o.max_total_currency, o.usd_per_unit, o.spending_usd
          FROM pool_members m JOIN orders o ON o.id = m.order_id
          WHERE m.pool_id = ${poolId}::text AND m.order_id = ANY (${ids}::text[]) AND o.status = 'created'
          ORDER BY m.order_id FOR NO KEY UPDATE OF o`);
        const [purchase] = await transaction.query<PurchaseRow>(Prisma.sql`
          SELECT b.* FROM pools p JOIN orders b ON b.id = p.order_id WHERE p.id = ${from}::text`);
        if (!purchase || members.length !== ids.length) return 'moved';
        await transaction.execute(Prisma.sql`
          UPDATE pool_members SET pool_id = ${from}::text WHERE order_id = ANY (${ids}::text[])`);
        await this.share(transaction, from, purchase, members, shares);
        const mass = members.reduce((sum, row) => sum + Number(row.grams), 0);
        const changed = await transaction.execute(Prisma.sql`
          UPDATE pools SET ${leftColumns(left)}, grams = grams + ${mass}::bigint, members = members + ${ids.length}::int,
            version = version + 1
          WHERE id = ${from}::text AND version = ${version}::int AND status = 'allocated'`);
        const drawn = await transaction.execute(Prisma.sql`
          UPDATE pools SET grams = grams - ${mass}::bigint, members = members - ${ids.length}::int, version = version + 1
          WHERE id = ${poolId}::text AND status = 'open'`);
        if (changed !== 1 || drawn !== 1) throw new PoolHasMoved();
        await transaction.execute(Prisma.sql`
          INSERT INTO tasks (subject_id, kind) VALUES (${from}::text, 'pool')
          ON CONFLICT (subject_id, kind) DO UPDATE SET run_at = LEAST(tasks.run_at, now())`);
        return 'done';
      })
      .catch((thrown: unknown) => {
        if (thrown instanceof PoolHasMoved) return 'moved';
        throw thrown;
      });
  }

  /** The members are retired, each with its share of the purchase. */
  private async share(
    transaction: Transaction,
    poolId: string,
    purchase: PurchaseRow,
    members: readonly MemberRow[],
    shares: readonly Share[],
  ): Promise<void> {
    const rows = new Map(members.map((row) => [row.order_id, row]));
    const source = readWord(PRICE_SOURCES)(purchase.price_source);
    const changes = shares.map(({ orderId, total: share, tax: shareTax, netUnits, retirements }): Change => {
      const { grams: mass, usd_per_unit: rate = null, spending_usd: spent = null } = rows.get(orderId) ?? {};
      const evidence: EvidenceOf['retired'] = {
        pool_id: poolId,
        grams: Number(mass),
        price: priceEvidence({ total: share, source, tax: shareTax }),
        ...(purchase.provider_retired_at && { retired_at: purchase.provider_retired_at }),
      };
      return {
        orderId,
        evidence,
        price: share.amount.toFixed(),
        tax: shareTax?.amount.toFixed() ?? null,
        net_units: String(netUnits),
        spending_usd: rate === null ? null : inUsd(share, new Decimal(rate)).toFixed(),
        spent_usd: spent,
        retirements,
      };
    });
    await transaction.execute(Prisma.sql`
      WITH ${changeRows(changes)},
      shared AS (
        UPDATE pool_members m SET cost_units = c.net_units FROM change c WHERE m.order_id = c.order_id RETURNING m.order_id),
      changed AS (
        UPDATE orders o SET status = 'retired', status_reason = NULL, status_detail = NULL, price_amount = c.price,
          price_currency = b.price_currency, price_source = b.price_source, price_tax_amount = c.tax,
          spending_usd = COALESCE(c.spending_usd, o.spending_usd), retirements = c.retirements, placed_at = b.placed_at,
          retired_at = COALESCE(b.retired_at, ${COMMITTED_AT}), provider_retired_at = b.provider_retired_at, version = o.version + 1,
          updated_at = ${COMMITTED_AT}
        FROM change c, orders b
        WHERE o.id = c.order_id AND b.id = ${purchase.id}::text AND o.status = 'created'
        RETURNING o.id, o.tenant_id, o.version, order_state(o) AS state)
      ${this.events('order.retired', 'created', 'retired')}`);
    await correctSpending(transaction, changes);
  }

  /** What its purchase has come to nothing for: some of them end, and all others go to the next pool. */
  async returnMembers(pool: Pool, decide: (member: ReturningMember, failed: FailedPurchase) => Fate): Promise<Moved> {
    return this.move(pool.id, ['cancelled', 'failed'], async (transaction, members, purchase) => {
      const failed = failedFrom(purchase);
      const fates = members.map((row) => ({ row, fate: decide(returningFrom(row), failed) }));
      await transaction.execute(Prisma.sql`
        UPDATE pools SET status = 'dissolved', ended_at = ${COMMITTED_AT}, version = version + 1 WHERE id = ${pool.id}::text`);
      await this.failMembers(transaction, pool.id, fates);
      await this.moveMembers(transaction, pool, fates, failed);
      return 'done';
    });
  }

  /** Everybody has their share, and the provider is done with the purchase. */
  async complete(poolId: string): Promise<Moved> {
    return this.database.transaction<Moved>('READ COMMITTED', async (transaction) => {
      const members = await transaction.query<{ id: string }>(Prisma.sql`
        SELECT o.id FROM pool_members m JOIN orders o ON o.id = m.order_id
        WHERE m.pool_id = ${poolId}::text AND o.status = 'retired' ORDER BY o.id FOR NO KEY UPDATE OF o`);
      await transaction.execute(Prisma.sql`
        WITH ${changeRows(members.map(({ id }): Change => ({ orderId: id, evidence: { pool_id: poolId } })))},
        changed AS (
          UPDATE orders o SET status = 'completed', completed_at = ${COMMITTED_AT}, version = o.version + 1,
            updated_at = ${COMMITTED_AT}
          FROM change c WHERE o.id = c.order_id AND o.status = 'retired'
          RETURNING o.id, o.tenant_id, o.version, order_state(o) AS state),
        ended AS (DELETE FROM tasks t USING changed WHERE t.subject_id = changed.id AND t.kind = 'pooled'),
        settled AS (DELETE FROM tasks t WHERE t.subject_id = ${poolId}::text AND t.kind = 'pool')
        ${this.events('order.completed', 'retired', 'completed')}`);
      return 'done';
    });
  }

  private async failMembers(
    transaction: Transaction,
    poolId: string,
    fates: readonly { readonly row: MemberRow; readonly fate: Fate }[],
  ): Promise<void> {
    const changes = fates.flatMap(({ row, fate }): readonly Change[] => {
      if (fate.do !== 'fail') return [];
      const evidence: EvidenceOf['failed'] = { pool_id: poolId, reason: fate.reason, detail: fate.detail };
      return [
        { orderId: row.order_id, evidence, reason: fate.reason, detail: fate.detail, spent_usd: row.spending_usd },
      ];
    });
    if (changes.length === 0) return;
    await transaction.execute(Prisma.sql`
      WITH ${changeRows(changes)},
      changed AS (
        UPDATE orders o SET status = 'failed', status_reason = c.reason, status_detail = c.detail,
          spending_usd = CASE WHEN o.spending_usd IS NOT NULL THEN 0 END, version = o.version + 1, updated_at = ${COMMITTED_AT}
        FROM change c WHERE o.id = c.order_id AND o.status = 'created'
        RETURNING o.id, o.tenant_id, o.version, order_state(o) AS state),
      ended AS (DELETE FROM tasks t USING changed WHERE t.subject_id = changed.id AND t.kind = 'pooled')
      ${this.events('order.failed', 'created', 'failed')}`);
    await correctSpending(transaction, changes);
    await transaction.execute(Prisma.sql`
      WITH ${changeRows(changes)} UPDATE pool_members m SET pool_id = NULL FROM change c WHERE m.order_id = c.order_id`);
  }

  private async moveMembers(
    transaction: Transaction,
    pool: Pool,
    fates: readonly { readonly row: MemberRow; readonly fate: Fate }[],
    failed: FailedPurchase,
  ): Promise<void> {
    const detail = failed.detail ?? failed.reason ?? failed.status;
    const moving = fates.flatMap(({ row, fate }) => (fate.do === 'return' ? [{ row, tries: fate.tries }] : []));
    await transaction.execute(Prisma.sql`UPDATE pools SET grams = 0, members = 0 WHERE id = ${pool.id}::text`);
    if (moving.length === 0) return;
    const [next] = await transaction.query<{ id: string; closes_at: Date }>(Prisma.sql`
      SELECT (n.pool).id, (n.pool).closes_at
      FROM (SELECT open_pool(${JSON.stringify(newPoolJson(pool))}::jsonb, o) AS pool FROM orders o
            WHERE o.id = ${moving[0]?.row.order_id ?? ''}::text) n`);
    if (!next) throw new Error('no pool was opened');
    const changes = moving.map(({ row, tries }): Change => {
      const evidence: EvidenceOf['pooled'] = { pool_id: next.id, detail };
      return { orderId: row.order_id, evidence, tries };
    });
    await transaction.execute(Prisma.sql`
      WITH ${changeRows(changes)},
      moved AS (
        UPDATE pool_members m SET pool_id = ${next.id}::text, tries = c.tries FROM change c
        WHERE m.order_id = c.order_id RETURNING m.grams)
      UPDATE pools p SET grams = p.grams + s.grams, members = p.members + s.members, version = p.version + 1
      FROM (SELECT sum(m.grams) AS grams, count(*) AS members FROM moved m) s WHERE p.id = ${next.id}::text`);
    await transaction.execute(Prisma.sql`
      WITH ${changeRows(changes)},
      changed AS (
        UPDATE orders o SET status_detail = waits_in(p), version = o.version + 1, updated_at = ${COMMITTED_AT}
        FROM change c, pools p WHERE o.id = c.order_id AND p.id = ${next.id}::text
        RETURNING o.id, o.tenant_id, o.version, order_state(o) AS state),
      due AS (
        UPDATE tasks t SET run_at = ${next.closes_at}::timestamptz + interval '1 hour' FROM changed
        WHERE t.subject_id = changed.id AND t.kind = 'pooled'),
      attended AS (
        INSERT INTO tasks (subject_id, kind) VALUES (${next.id}::text, 'pool')
        ON CONFLICT (subject_id, kind) DO UPDATE SET run_at = LEAST(tasks.run_at, now()))
      ${this.events('order.pooled', 'created', 'created')}`);
  }

  /** A transaction on the members of a pool that is sealed, and whose purchase stands so. */
  private async move(
    poolId: string,
    statuses: readonly string[],
    use: (transaction: Transaction, members: readonly MemberRow[], purchase: PurchaseRow) => Promise<Moved>,
  ): Promise<Moved> {
    return this.database.transaction<Moved>('READ COMMITTED', async (transaction) => {
      const members = await transaction.query<MemberRow>(Prisma.sql`
        SELECT m.order_id, m.grams, m.tries, o.max_total_amount, o.max_total_currency, o.usd_per_unit,
               o.spending_usd
        FROM pool_members m JOIN orders o ON o.id = m.order_id
        WHERE m.pool_id = ${poolId}::text ORDER BY m.order_id FOR NO KEY UPDATE OF o`);
      const [purchase] = await transaction.query<PurchaseRow>(Prisma.sql`
        SELECT b.* FROM pools p JOIN orders b ON b.id = p.order_id
        WHERE p.id = ${poolId}::text AND p.status = 'sealed' AND b.status = ANY (${statuses}::text[])
        FOR NO KEY UPDATE OF p`);
      return purchase ? use(transaction, members, purchase) : 'moved';
    });
  }

  /** The events of the orders in the CTE `changed`, with the pool as it is now. */
  private events(type: string, from: string, to: string): Prisma.Sql {
    return Prisma.sql`
      INSERT INTO order_events (
        id, order_id, tenant_id, sequence, type, from_status, to_status, source, evidence, cause, occurred_at, state)
      SELECT c.event_id, changed.id, changed.tenant_id, changed.version, ${type}::text, ${from}::text, ${to}::text, 'poll',
             c.evidence, ${causeJson(BY_TASK, this.heartbeat.id)}::jsonb, ${COMMITTED_AT},
             changed.state || jsonb_build_object('pool', order_pool(changed.id, 'member'))
      FROM changed JOIN change c ON c.order_id = changed.id`;
  }
}

const changeRows = (changes: readonly Change[]): Prisma.Sql => {
  const rows = changes.map(({ orderId, ...change }) => ({ ...change, order_id: orderId, event_id: newId('evt') }));
  return Prisma.sql`
    change AS MATERIALIZED (
      SELECT c.* FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS c(
        order_id text, event_id text, evidence jsonb, price numeric, tax numeric, net_units numeric, spending_usd numeric,
        spent_usd numeric, retirements jsonb, reason text, detail text, tries int))`;
};

/** What tenants and keys have spent follows the orders: each sum once, tenants before keys, as everywhere. */
const correctSpending = async (transaction: Transaction, changes: readonly Change[]): Promise<void> => {
  await transaction.query(Prisma.sql`
    WITH ${changeRows(changes)},
    corrected AS MATERIALIZED (
      SELECT s.nth, s.subject, month_of(o.created_at) AS month, sum(o.spending_usd - c.spent_usd) AS usd
      FROM change c JOIN orders o ON o.id = c.order_id
      CROSS JOIN LATERAL (VALUES (1, o.tenant_id), (2, o.api_key_id)) s(nth, subject)
      WHERE o.spending_usd <> c.spent_usd
      GROUP BY s.nth, s.subject, month_of(o.created_at) ORDER BY s.nth, s.subject, month_of(o.created_at))
    SELECT correct_spending(s.subject, s.month, s.usd) FROM corrected s`);
};

/** Takes back what was written already. */
class PoolHasMoved extends Error {
  override readonly name = 'PoolHasMoved';
}

const leftColumns = ({ grams: left, netUnits, taxUnits }: LeftOver): Prisma.Sql => Prisma.sql`
  left_grams = ${left}::bigint, left_units = ${String(netUnits)}::numeric, left_tax_units = ${String(taxUnits)}::numeric`;

const massOf = (text: string): Grams => grams(Number(text));

const returningFrom = (row: MemberRow): ReturningMember => ({
  orderId: row.order_id,
  mass: massOf(row.grams),
  maxTotal: moneyFromColumns(row.max_total_amount, row.max_total_currency),
  tries: row.tries,
});

const failedFrom = (row: PurchaseRow): FailedPurchase => ({
  status: readWord(ORDER_STATUSES)(row.status),
  reason: row.status_reason as StatusReason | null,
  detail: row.status_detail,
  mass: massOf(row.ordered_grams),
  total: moneyFromColumns(row.price_amount, row.price_currency),
});
