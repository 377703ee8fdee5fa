import { CURRENCIES } from '../../domain/money.js';
import { ORDER_STATUSES } from '../../domain/orders/lifecycle.js';
import type { PaidAccount, PaidOrder, Payment } from '../../domain/reconciliation/payments.js';
import type { Run } from '../../domain/reconciliation/run.js';
import type { Transaction } from '../database/database.js';
import { readList, readObject, readText, readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { lastDay, type LegTerms } from './legs.js';

const PAYMENT = Prisma.sql`jsonb_build_object(
  'statementId', p.statement_id, 'line', p.line::text, 'units', p.units::text, 'currency', p.currency)`;

/**
 * CTE: the payments of accepted statements, up to the cut-off. `payer_order_id`: the order of a payer that it names, or that
 * a person has said; what is of none, or of an order on account, is a payment of the account.
 */
const paid = (run: Run, timeZone: string): Prisma.Sql => Prisma.sql`
  paid AS MATERIALIZED (
    SELECT l.statement_id, l.line, l.net_units + l.tax_units AS units, s.currency, l.occurred_on, o.id AS payer_order_id
    FROM statements s JOIN statement_lines l ON l.statement_id = s.id AND l.kind = 'payment'
    LEFT JOIN breaks b ON b.statement_id = l.statement_id AND b.line_no = l.line AND b.linked_order_id IS NOT NULL
    LEFT JOIN orders o ON o.id = COALESCE(b.linked_order_id, l.order_id) AND o.payment_method = 'checkout'
    WHERE s.provider = ${run.provider}::text AND s.status = 'accepted' AND l.occurred_on <= ${lastDay(run, timeZone)})`;

/** Orders whose payments are not their price to the millionth. What is bought is up to the judge. */
export const readPaidOrders = async (
  transaction: Transaction,
  run: Run,
  { timeZone }: LegTerms,
): Promise<readonly PaidOrder[]> => {
  if (run.account !== null) return [];
  const rows = await transaction.query<{
    id: string;
    status: string;
    price: string | null;
    currency: string | null;
    payments: unknown;
  }>(Prisma.sql`
    WITH ${paid(run, timeZone)}
    SELECT o.id, o.status, (o.price_amount * 1000000)::numeric(24, 0)::text AS price, o.price_currency AS currency,
           jsonb_agg(${PAYMENT} ORDER BY p.occurred_on, p.statement_id, p.line) AS payments
    FROM paid p JOIN orders o ON o.id = p.payer_order_id
    GROUP BY o.id
    HAVING (o.status IN ('retired', 'completed') AND sum(p.units) = o.price_amount * 1000000
            AND bool_and(p.currency = o.price_currency)) IS NOT TRUE
    ORDER BY o.id`);
  return rows.map(({ id, status, price, currency, payments }) => ({
    orderId: id,
    status: readWord(ORDER_STATUSES)(status),
    price:
      price === null || currency === null ? null : { units: BigInt(price), currency: readWord(CURRENCIES)(currency) },
    payments: readPayments(payments),
  }));
};

/** By currency. */
export const readPaidAccounts = async (
  transaction: Transaction,
  run: Run,
  { timeZone }: LegTerms,
): Promise<readonly PaidAccount[]> => {
  if (run.account !== null) return [];
  const rows = await transaction.query<{ owed: string; payments: unknown }>(Prisma.sql`
    WITH ${paid(run, timeZone)}, owed AS (
      SELECT s.currency, sum((l.net_units + l.tax_units) * CASE l.kind WHEN 'credit' THEN -1 ELSE 1 END) AS units
      FROM statements s JOIN statement_lines l ON l.statement_id = s.id AND l.kind <> 'payment'
      WHERE s.provider = ${run.provider}::text AND s.status = 'accepted' AND l.occurred_on <= ${lastDay(run, timeZone)}
      GROUP BY s.currency)
    SELECT COALESCE(w.units, 0)::text AS owed, jsonb_agg(${PAYMENT} ORDER BY p.occurred_on, p.statement_id, p.line) AS payments
    FROM paid p LEFT JOIN owed w ON w.currency = p.currency
    WHERE p.payer_order_id IS NULL
    GROUP BY p.currency, w.units ORDER BY p.currency`);
  return rows.map(({ owed, payments }) => ({ owedUnits: BigInt(owed), payments: readPayments(payments) }));
};

/** Changes with every order that payments are held against. */
export const sumPaidVersions = (run: Run, timeZone: string): Prisma.Sql => Prisma.sql`(
  WITH ${paid(run, timeZone)}
  SELECT COALESCE(sum(o.version), 0) FROM paid p JOIN orders o ON o.id = p.payer_order_id)`;

const readPayments = readList<Payment>(
  readObject({
    statementId: readText,
    line: (value: unknown) => Number(readText(value)),
    units: (value: unknown) => BigInt(readText(value)),
    currency: readWord(CURRENCIES),
  }),
);
