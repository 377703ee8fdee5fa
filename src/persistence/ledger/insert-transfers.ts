import type { Transfer } from '../../domain/ledger/transfer.js';
import { Prisma } from '../generated/client.js';

/**
 * Posts each transfer to the period of its time, or the next one that is open; none where `guard` has no row, and none that
 * is posted already.
 */
export const insertTransfers = (transfers: readonly Transfer[], guard?: Prisma.Sql): Prisma.Sql => Prisma.sql`
  INSERT INTO ledger_transfers (
    source, source_seq, leg, rule, period_id, effective_at, tenant_id, provider, order_id, asset, debit, credit, units)
  SELECT t.source, t.source_seq, t.leg, t.rule, COALESCE(
           (SELECT p.id FROM periods p
            WHERE p.status = 'open' AND p.starts_at <= t.effective_at AND p.ends_at > t.effective_at),
           (SELECT p.id FROM periods p
            WHERE p.status = 'open' AND p.starts_at > t.effective_at ORDER BY p.starts_at LIMIT 1)),
         t.effective_at, t.tenant_id, t.provider, t.order_id, t.asset, t.debit, t.credit, t.units
  FROM ${guard ? Prisma.sql`${guard},` : Prisma.empty} jsonb_to_recordset(${transfersJson(transfers)}::jsonb) AS t(
    source text, source_seq int, leg smallint, rule text, effective_at timestamptz, tenant_id text, provider text,
    order_id text, asset text, debit text, credit text, units numeric)
  ON CONFLICT (source, source_seq, leg) DO NOTHING`;

const transfersJson = (transfers: readonly Transfer[]): string =>
  JSON.stringify(
    transfers.map((transfer) => ({
      source: transfer.source,
      source_seq: transfer.sequence,
      leg: transfer.leg,
      rule: transfer.rule,
      effective_at: transfer.effectiveAt,
      tenant_id: transfer.tenantId,
      provider: transfer.provider,
      order_id: transfer.orderId,
      asset: transfer.asset,
      debit: transfer.debit,
      credit: transfer.credit,
      units: String(transfer.units),
    })),
  );
