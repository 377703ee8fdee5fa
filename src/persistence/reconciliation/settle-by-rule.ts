import type { LinePart } from '../../domain/reconciliation/aggregate.js';
import { DECIDED_BY_RULE, postPart, postTolerated } from '../../domain/reconciliation/by-rule.js';
import type { Run } from '../../domain/reconciliation/run.js';
import { opposite, type Entered } from '../../domain/ledger/rules.js';
import type { Transfer } from '../../domain/ledger/transfer.js';
import { ASSET_OF, ASSETS } from '../../domain/ledger/units.js';
import { CURRENCIES } from '../../domain/money.js';
import { keptEntry } from '../breaks/break-moves.js';
import { readFacts } from '../breaks/break-rows.js';
import type { Transaction } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { insertTransfers } from '../ledger/insert-transfers.js';
import { excessOf } from '../ledger/transfer-rows.js';
import { partsJson } from './scope.js';

/** Breaks of one statement. */
const BREAKS = 2_000;

const readCurrency = readWord(CURRENCIES);
const readAsset = readWord(ASSETS);

interface ToleratedRow {
  readonly id: string;
  readonly is_found: boolean;
  readonly facts: unknown;
  readonly tenant_id: string | null;
  readonly order_id: string;
  readonly asset: string;
  readonly posted: string;
  readonly excess: string;
  readonly sequence: number;
  readonly at: Date;
}

/**
 * Posts to `difference` what this run has found of an order, or takes back what was posted of it. It counts at the time of
 * the latest posting to the order, which is what made it. One that settles its order is left alone where this run has not
 * found it: runs of later months do not compare the order, until another charge or price unsettles it.
 */
export const settleTolerated = async (transaction: Transaction, run: Run, mayClear: boolean): Promise<void> => {
  for (let after = ''; ;) {
    const rows = await transaction.query<ToleratedRow>(Prisma.sql`
      SELECT b.id, b.last_run = ${run.id}::text AND b.status <> 'cleared' AS is_found, b.facts, b.tenant_id, b.order_id,
             a.asset, COALESCE(x.posted, 0)::text AS posted, x.excess::text AS excess, COALESCE(x.at, now()) AS at,
             ${nextEvent}
      FROM breaks b JOIN orders o ON o.id = b.order_id
      -- Of what was never bought no price may be known: then it is what it was charged in.
      CROSS JOIN LATERAL (
        SELECT COALESCE(o.price_currency || '/6', (
          SELECT t.asset FROM ledger_transfers t
          WHERE t.order_id = o.id AND 'clearing' IN (t.debit, t.credit) ORDER BY t.posted_at DESC LIMIT 1)) AS asset) a
      LEFT JOIN LATERAL (
        SELECT max(t.effective_at) FILTER (WHERE 'clearing' IN (t.debit, t.credit)) AS at,
               ${excessOf} AS excess,
               sum(CASE t.debit WHEN 'difference' THEN t.units ELSE -t.units END) FILTER (WHERE t.source = b.id) AS posted
        FROM ledger_transfers t WHERE t.order_id = b.order_id AND t.asset = a.asset) x ON true
      WHERE b.provider = ${run.provider}::text AND b.account IS NOT DISTINCT FROM ${run.account}::text
        AND b.type = 'difference_tolerated' AND b.id > ${after}::text
        AND CASE WHEN b.last_run = ${run.id}::text THEN b.status <> 'resolved'
                 ELSE ${mayClear}::boolean AND b.status = 'resolved' AND b.cut_off_at <= ${run.cutOffAt}::timestamptz END
        AND (b.status <> 'resolved' OR x.excess <> 0 OR COALESCE(x.posted, 0) = 0)
      ORDER BY b.id LIMIT ${BREAKS}::int`);
    const decided = rows.flatMap((row) => {
      const posted = postTolerated({
        asset: readAsset(row.asset),
        facts: row.is_found ? readFacts(row.facts) : null,
        posted: BigInt(row.posted),
        excess: BigInt(row.excess),
      });
      return posted === null ? [] : [{ row, posted }];
    });
    const transfers = decided.flatMap(({ row, posted }) =>
      posted.map((entry, index) => transferOf(run, entry, row, index + 1)),
    );
    if (transfers.length > 0) await transaction.execute(insertTransfers(transfers));
    await note(
      transaction,
      run,
      decided.map(({ row, posted }) => ({ ...row, detail: { posted: posted.map(keptEntry) } })),
      DECIDED_BY_RULE.difference_tolerated,
    );
    const last = rows.at(-1);
    if (last === undefined || rows.length < BREAKS) return;
    after = last.id;
  }
};

interface AllocatedRow {
  readonly id: string;
  readonly is_found: boolean;
  readonly statement_id: string;
  readonly line_no: number;
  readonly currency: string;
  readonly sequence: number;
  readonly at: Date;
}

/** Posts each part of a line to its order, dated as the statement is. What was posted before stays as it is. */
export const settleParts = async (transaction: Transaction, run: Run, parts: readonly LinePart[]): Promise<void> => {
  for (const row of await allocatedBreaks(transaction, run, true)) {
    const own = parts.filter((part) => part.statementId === row.statement_id && part.line === row.line_no);
    const orders = await transaction.query<{ order_id: string; tenant_id: string; leg: number }>(Prisma.sql`
      WITH added AS (
        INSERT INTO line_allocations (statement_id, line, order_id, break_id, leg, grams, net_units, tax_units)
        SELECT g.statement_id, g.line, g.order_id, ${row.id}::text, row_number() OVER (ORDER BY g.order_id), g.grams, g.net_units, g.tax_units
        FROM jsonb_to_recordset(${partsJson(own)}::jsonb) AS g(
          statement_id text, line int, order_id text, grams bigint, net_units bigint, tax_units bigint)
        RETURNING order_id, leg)
      SELECT a.order_id, a.leg, o.tenant_id FROM added a JOIN orders o ON o.id = a.order_id`);
    const partOf = new Map(own.map((part) => [part.orderId, part]));
    const asset = ASSET_OF[readCurrency(row.currency)];
    const transfers = orders.flatMap(({ order_id, tenant_id, leg }) =>
      postPart(partOf.get(order_id)?.netUnits ?? 0n, asset).map((entry) =>
        transferOf(run, entry, { ...row, order_id, tenant_id }, leg),
      ),
    );
    if (transfers.length > 0) await transaction.execute(insertTransfers(transfers));
    await note(transaction, run, [{ ...row, detail: { orders: orders.length } }], DECIDED_BY_RULE.aggregate_allocated);
  }
};

/** Of lines whose statement counts no more: the opposite of what was posted of their parts. */
export const takePartsBack = async (transaction: Transaction, run: Run): Promise<void> => {
  for (const row of await allocatedBreaks(transaction, run, false)) {
    const asset = ASSET_OF[readCurrency(row.currency)];
    const parts = await transaction.query<{
      order_id: string;
      tenant_id: string;
      leg: number;
      net_units: string;
    }>(Prisma.sql`
      SELECT a.order_id, o.tenant_id, a.leg, a.net_units::text FROM line_allocations a JOIN orders o ON o.id = a.order_id
      WHERE a.break_id = ${row.id}::text`);
    const transfers = parts.flatMap(({ net_units, leg, ...order }) =>
      opposite(postPart(BigInt(net_units), asset)).map((entry) => transferOf(run, entry, { ...row, ...order }, leg)),
    );
    if (transfers.length > 0) await transaction.execute(insertTransfers(transfers));
    await note(transaction, run, [{ ...row, detail: { orders: parts.length } }], DECIDED_BY_RULE.aggregate_allocated);
  }
};

/** Those that this run has found, and that are not posted; or that it finds no more. */
const allocatedBreaks = (transaction: Transaction, run: Run, isFound: boolean): Promise<AllocatedRow[]> =>
  transaction.query(Prisma.sql`
    SELECT b.id, b.status <> 'cleared' AS is_found, b.statement_id, b.line_no, s.currency,
           (SELECT max(t.effective_at) FROM ledger_transfers t WHERE t.source = b.statement_id) AS at, ${nextEvent}
    FROM breaks b JOIN statements s ON s.id = b.statement_id
    WHERE b.last_run = ${run.id}::text AND b.type = 'aggregate_allocated'
      AND b.status ${isFound ? Prisma.sql`IN ('open', 'waiting')` : Prisma.sql`= 'cleared'`}
    ORDER BY b.id`);

const nextEvent = Prisma.sql`
  1 + (SELECT max(e.sequence) FROM break_events e WHERE e.break_id = b.id) AS sequence`;

const transferOf = (
  { provider }: Run,
  entry: Entered,
  about: {
    readonly id: string;
    readonly sequence: number;
    readonly at: Date;
    readonly tenant_id: string | null;
    readonly order_id: string;
  },
  leg: number,
): Transfer => ({
  ...entry,
  source: about.id,
  sequence: about.sequence,
  leg,
  effectiveAt: about.at,
  tenantId: about.tenant_id,
  provider,
  orderId: about.order_id,
});

/** What the rule has decided of breaks, or that what it had decided is taken back. */
const note = async (
  transaction: Transaction,
  run: Run,
  decided: readonly {
    readonly id: string;
    readonly sequence: number;
    readonly is_found: boolean;
    readonly detail: object;
  }[],
  resolution: string,
): Promise<void> => {
  if (decided.length === 0) return;
  const rows = decided.map(({ id, sequence, is_found: isFound, detail }) => ({
    id,
    sequence,
    is_found: isFound,
    detail,
  }));
  await transaction.execute(Prisma.sql`
    WITH decided AS (
      SELECT d.* FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS d(id text, sequence int, is_found boolean, detail jsonb)),
    noted AS (
      INSERT INTO break_events (break_id, sequence, act, run_id, resolution, detail)
      SELECT d.id, d.sequence, CASE WHEN d.is_found THEN 'resolved' ELSE 'cleared' END, ${run.id}::text, ${resolution}::text, d.detail
      FROM decided d)
    UPDATE breaks b SET status = CASE WHEN d.is_found THEN 'resolved' ELSE 'cleared' END,
           resolution = CASE WHEN d.is_found THEN ${resolution}::text END, waiting_until = NULL, ended_at = now(),
           last_run = ${run.id}::text, cut_off_at = ${run.cutOffAt}::timestamptz
    FROM decided d WHERE b.id = d.id`);
};
