import { Injectable } from '@nestjs/common';
import { Decimal } from 'decimal.js';
import type { AccrualRow } from '../../domain/exports/accruals.js';
import { COST_ACCOUNTS, type CostRow } from '../../domain/exports/costs.js';
import type { Rate } from '../../domain/exports/functional.js';
import type { JournalRow } from '../../domain/exports/journal.js';
import type { RetiredOrder } from '../../domain/exports/retirements.js';
import { ACCOUNTS } from '../../domain/ledger/accounts.js';
import { ASSETS } from '../../domain/ledger/units.js';
import { grams } from '../../domain/mass.js';
import type { Currency } from '../../domain/money.js';
import { PRICE_SOURCES } from '../../domain/orders/order.js';
import { lastDayOf, type MonthId } from '../../domain/periods/month.js';
import type { Period } from '../../domain/periods/period.js';
import { partOf } from '../../domain/pools/allocation.js';
import { PAYMENT_METHODS } from '../../domain/providers/capabilities.js';
import type { Transaction } from '../database/database.js';
import { readList, readObject, readText, readTextOrNull, readWord, readWordOrNull } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { transferFromRow, TRANSFER_COLUMNS, type TransferRow } from '../ledger/transfer-rows.js';
import type { TenantScope } from '../orders/order-list.js';
import { readRetirement } from '../orders/retirement-json.js';

/** Of what and of whom the rows are, and what they are told in. */
export interface Selection {
  readonly scope: TenantScope;
  readonly timeZone: string;
  /** Null: the books have no currency of their own. */
  readonly functional: Currency | null;
}

type Labels = Readonly<Record<string, string>>;

/** Rows of exports, by tenant and then in an order that never changes, some at a time. */
@Injectable()
export class ExportRowsRepository {
  /** Of the accounts of the books, or of those beside them. */
  async *journal(
    transaction: Transaction,
    { id }: Period,
    { scope }: Selection,
    of: 'books' | 'memo',
  ): AsyncGenerator<readonly Pick<JournalRow, 'transfer' | 'statementNumber' | 'labels'>[]> {
    const pages = transaction.pages<JournalColumns>(Prisma.sql`
      SELECT ${TRANSFER_COLUMNS}, o.labels, s.number AS statement_number
      FROM ledger_transfers t
      JOIN periods p ON p.id = t.period_id
      LEFT JOIN orders o ON o.id = t.order_id
      LEFT JOIN statements s ON s.id = t.source
      WHERE t.period_id = ${id}::text AND (t.debit = ANY (${MEMO}::text[])) = ${of === 'memo'}::boolean
        AND ${isIn(scope)}
      ORDER BY ${byTenant('t')}, t.source COLLATE "C", t.source_seq, t.leg`);
    for await (const rows of pages)
      yield rows.map((row) => ({
        transfer: transferFromRow(row),
        statementNumber: row.statement_number,
        labels: row.labels ?? {},
      }));
  }

  async *accruals(
    transaction: Transaction,
    { id }: Period,
    { scope, timeZone, functional }: Selection,
  ): AsyncGenerator<readonly AccrualRow[]> {
    const lastDay = lastDayOf(id);
    const pages = transaction.pages<AccrualColumns>(Prisma.sql`
      WITH cleared AS (
        SELECT t.order_id, t.asset, sum(CASE t.debit WHEN 'clearing' THEN t.units ELSE -t.units END) AS units
        FROM ledger_transfers t
        WHERE t.period_id <= ${id}::text AND (t.debit = 'clearing' OR t.credit = 'clearing') AND ${isIn(scope)}
        GROUP BY t.order_id, t.asset
        HAVING sum(CASE t.debit WHEN 'clearing' THEN t.units ELSE -t.units END) <> 0)
      SELECT t.order_id, t.asset, t.units, o.tenant_id, o.provider, o.price_source, o.labels, r.retired_on,
             ${lastDay}::date - r.retired_on::date AS age_days, f.rate
      FROM cleared t
      JOIN orders o ON o.id = t.order_id
      LEFT JOIN LATERAL (
        SELECT (x.effective_at AT TIME ZONE ${timeZone}::text)::date::text AS retired_on FROM ledger_transfers x
        WHERE x.order_id = t.order_id AND x.rule IN ('recognise', 'pool_retire') AND x.period_id <= ${id}::text LIMIT 1) r ON true
      ${rateOn(functional, Prisma.sql`${lastDay}::date`)}
      ORDER BY o.tenant_id COLLATE "C", t.order_id COLLATE "C", t.asset`);
    for await (const rows of pages)
      yield rows.map((row) => ({
        orderId: row.order_id,
        tenantId: row.tenant_id,
        provider: row.provider,
        clearing: { asset: readWord(ASSETS)(row.asset), units: BigInt(row.units) },
        retiredOn: row.retired_on,
        ageDays: row.age_days,
        priceSource: readWordOrNull(PRICE_SOURCES)(row.price_source),
        labels: row.labels,
        rate: rateFrom(functional, row.rate, lastDay),
      }));
  }

  async *costs(
    transaction: Transaction,
    period: Period,
    { scope, timeZone, functional }: Selection,
  ): AsyncGenerator<readonly CostRow[]> {
    const pages = transaction.pages<CostColumns>(Prisma.sql`
      SELECT ${TRANSFER_COLUMNS}, whose.tenant_id, side.account, side.sign, d.on_date::text, o.ordered_grams, o.provider_offering_id,
             o.offering_name, o.provider_account, o.labels, s.number AS statement_number, f.rate
      FROM ledger_transfers t
      JOIN periods p ON p.id = t.period_id
      CROSS JOIN LATERAL (VALUES (t.debit, 1), (t.credit, -1)) AS side(account, sign)
      CROSS JOIN LATERAL (SELECT (t.effective_at AT TIME ZONE ${timeZone}::text)::date AS on_date) d
      LEFT JOIN orders o ON o.id = t.order_id
      LEFT JOIN statements s ON s.id = t.source
      ${WHOSE_COST}
      ${rateOn(functional, Prisma.sql`d.on_date`)}
      WHERE t.period_id = ${period.id}::text AND side.account = ANY (${[...COST_ACCOUNTS]}::text[]) AND ${isIn(scope, 'whose')}
      ORDER BY ${byTenant('whose')}, t.source COLLATE "C", t.source_seq, t.leg, side.account`);
    for await (const rows of pages) yield rows.map((row) => costFromRow(row, period, functional));
  }

  /** Of a month, what was posted to it; of a year, what was retired in it, in whichever month it was posted. */
  async *retirements(
    transaction: Transaction,
    of: { readonly period: MonthId } | { readonly year: number },
    { scope, timeZone }: Selection,
  ): AsyncGenerator<readonly Omit<RetiredOrder, 'timelineUrl'>[]> {
    const [within, until] =
      'period' in of
        ? [Prisma.sql`t.period_id = ${of.period}::text`, Prisma.sql`x.period_id <= ${of.period}::text`]
        : [
            Prisma.sql`EXTRACT(year FROM r.effective_at AT TIME ZONE ${timeZone}::text) = ${of.year}::int`,
            Prisma.sql`true`,
          ];
    const pages = transaction.pages<RetiredColumns>(Prisma.sql`
      SELECT o.id, o.tenant_id, o.provider, o.provider_order_id, o.payment_method, t.units AS grams, o.retirements,
             o.certificate ->> 'url' AS certificate_url, o.labels,
             (r.effective_at AT TIME ZONE ${timeZone}::text)::date::text AS retired_on,
             COALESCE(o.provider_retired_at = r.effective_at, false) AS is_told, t.rule = 'keep_left' AS is_kept,
             COALESCE(proven.units, 0) >= t.units AS is_proven, cost.asset, cost.units,
             (SELECT jsonb_agg(jsonb_build_object('registry', f.registry, 'registryProjectId', f.registry_project_id,
                                                  'mass', f.grams) ORDER BY f.id)
              FROM proofs f WHERE f.order_id = o.id AND f.outcome = 'claimed'
                AND NOT EXISTS (SELECT FROM lot_releases l WHERE l.proof_id = f.id)) AS claims
      FROM ledger_transfers t
      JOIN orders o ON o.id = t.order_id
      -- What the house keeps of a pool was retired with all of it, and not when somebody said so.
      CROSS JOIN LATERAL (
        SELECT CASE WHEN t.rule = 'keep_left' THEN (
          SELECT x.effective_at FROM ledger_transfers x WHERE x.order_id = t.order_id AND x.rule = 'pool_retire' AND x.debit = 'pool')
        ELSE t.effective_at END AS effective_at) r
      LEFT JOIN LATERAL (
        SELECT sum(CASE x.debit WHEN 'proven' THEN x.units ELSE -x.units END) AS units FROM ledger_transfers x
        WHERE x.order_id = o.id AND (x.debit = 'proven' OR x.credit = 'proven') AND ${until}) proven ON true
      LEFT JOIN LATERAL (
        SELECT x.asset, sum(CASE x.debit WHEN 'expense' THEN x.units ELSE -x.units END) AS units FROM ledger_transfers x
        WHERE x.order_id = o.id AND (x.debit = 'expense' OR x.credit = 'expense') AND ${until}
        GROUP BY x.asset ORDER BY x.asset LIMIT 1) cost ON true
      WHERE t.debit = 'retired' AND t.rule IN ('recognise', 'pool_allocate', 'keep_left') AND ${within} AND ${isIn(scope)}
      ORDER BY ${byTenant('t')}, t.order_id COLLATE "C"`);
    for await (const rows of pages) yield rows.map(retiredFromRow);
  }
}

const MEMO = Object.entries(ACCOUNTS).flatMap(([name, { memo }]) => (memo ? [name] : []));

const byTenant = (table: 't' | 'whose'): Prisma.Sql =>
  Prisma.sql`COALESCE(${Prisma.raw(table)}.tenant_id, '') COLLATE "C"`;

/** A member of a pool takes its cost from what the house has paid: of such a transfer `t`, that side is of the house. */
const WHOSE_COST = Prisma.sql`
  CROSS JOIN LATERAL (
    SELECT CASE WHEN t.rule = 'pool_allocate' AND side.account = 'pool_cost' THEN (
      SELECT q.tenant_id FROM pool_members m JOIN pools q ON q.id = m.pool_id WHERE m.order_id = t.order_id)
    ELSE t.tenant_id END AS tenant_id) whose`;

const isIn = (scope: TenantScope, table: 't' | 'whose' = 't'): Prisma.Sql =>
  scope === 'all_tenants' ? Prisma.sql`true` : Prisma.sql`${Prisma.raw(table)}.tenant_id = ${scope.tenantId}::text`;

/** The rate `f` of the currency of `t` on a day. */
const rateOn = (functional: Currency | null, day: Prisma.Sql): Prisma.Sql => Prisma.sql`
  LEFT JOIN finance_rates f ON f.functional = ${functional}::text AND f.currency = split_part(t.asset, '/', 1)
    AND f.on_date = ${day}`;

const rateFrom = (functional: Currency | null, rate: string | null, onDate: string): Rate | null =>
  functional && { functional, rate: rate === null ? null : new Decimal(rate), onDate };

interface AccrualColumns {
  readonly order_id: string;
  readonly asset: string;
  readonly units: string;
  readonly tenant_id: string;
  readonly provider: string;
  readonly price_source: string | null;
  readonly labels: Labels;
  readonly retired_on: string | null;
  readonly age_days: number | null;
  readonly rate: string | null;
}

interface JournalColumns extends TransferRow {
  readonly labels: Labels | null;
  /** Where it follows from a statement. */
  readonly statement_number: string | null;
}

interface CostColumns extends JournalColumns {
  readonly account: string;
  readonly sign: number;
  readonly on_date: string;
  readonly ordered_grams: string | null;
  readonly provider_offering_id: string | null;
  readonly offering_name: string | null;
  readonly provider_account: string | null;
  readonly rate: string | null;
}

const DAY_MS = 86_400_000;

const costFromRow = (row: CostColumns, month: Period, functional: Currency | null): CostRow => {
  const transfer = transferFromRow(row);
  const from = new Date(Math.floor(transfer.effectiveAt.getTime() / DAY_MS) * DAY_MS);
  const { provider_offering_id: offeringId, offering_name: offeringName, ordered_grams: ordered } = row;
  return {
    transfer,
    account: readWord(COST_ACCOUNTS)(row.account),
    cost: { asset: transfer.asset, units: row.sign < 0 ? -transfer.units : transfer.units },
    month,
    day: { from, to: new Date(from.getTime() + DAY_MS) },
    order:
      ordered === null || offeringId === null || offeringName === null
        ? null
        : {
            mass: grams(Number(ordered)),
            offeringId,
            offeringName,
            providerAccount: row.provider_account,
            labels: row.labels ?? {},
          },
    statementNumber: row.statement_number,
    rate: rateFrom(functional, row.rate, row.on_date),
  };
};

interface RetiredColumns {
  readonly id: string;
  readonly tenant_id: string;
  readonly provider: string;
  readonly provider_order_id: string | null;
  readonly payment_method: string;
  readonly grams: string;
  readonly retirements: unknown;
  readonly certificate_url: string | null;
  readonly labels: Labels;
  readonly retired_on: string;
  readonly is_told: boolean;
  readonly is_proven: boolean;
  readonly is_kept: boolean;
  readonly asset: string | null;
  readonly units: string | null;
  readonly claims: unknown;
}

const readClaims = readList(
  readObject({ registry: readText, registryProjectId: readTextOrNull, mass: (value: unknown) => grams(Number(value)) }),
);

const retiredFromRow = (row: RetiredColumns): Omit<RetiredOrder, 'timelineUrl'> => {
  const mass = grams(Number(row.grams));
  const told = readList(readRetirement)(row.retirements);
  return {
    orderId: row.id,
    tenantId: row.tenant_id,
    provider: row.provider,
    providerOrderId: row.provider_order_id,
    paymentMethod: readWord(PAYMENT_METHODS)(row.payment_method),
    retiredOn: row.retired_on,
    retiredOnSource: row.is_told ? 'provider' : 'observed',
    mass,
    isProven: row.is_proven,
    claims: readClaims(row.claims),
    retirements: row.is_kept ? partOf(told, mass) : told,
    certificateUrl: row.certificate_url,
    cost:
      row.asset === null || row.units === null
        ? null
        : { asset: readWord(ASSETS)(row.asset), units: BigInt(row.units) },
    labels: row.labels,
  };
};
