import type { LedgerEvent, LedgerOrder, LedgerPrice } from '../../domain/ledger/post-order.js';
import { grams } from '../../domain/mass.js';
import { ORDER_STATUSES } from '../../domain/orders/lifecycle.js';
import { POOL_ROLES } from '../../domain/pools/order-pool.js';
import { PAYMENT_METHODS } from '../../domain/providers/capabilities.js';
import { readObject, readTextOrNull, readWord, readWordOrNull } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { moneyFromColumns } from '../orders/order-rows.js';

/** One event of an order, with what the ledger needs of both. */
export interface HistoryRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly provider: string;
  readonly payment_method: string;
  readonly ordered_grams: string;
  readonly pool_role: string | null;
  readonly sequence: number;
  readonly to_status: string | null;
  readonly price: unknown;
  readonly provider_retired_at: Date | null;
  readonly occurred_at: Date;
}

/** An order of the ledger, and its events up to one. */
export interface OrderHistory {
  readonly id: string;
  readonly tenantId: string;
  readonly provider: string;
  readonly order: LedgerOrder;
  readonly events: readonly LedgerEvent[];
}

/**
 * Of an order `o` and its event `e`. Price and retirement are those that the event left the order with. Events of the
 * first versions kept no state: of those it is the price that they say was found.
 */
export const HISTORY_COLUMNS = Prisma.sql`
  o.id, o.tenant_id, o.provider, o.payment_method, o.ordered_grams, o.pool_role, e.sequence, e.to_status, e.occurred_at,
  CASE WHEN e.state IS NOT NULL
       THEN jsonb_build_object('amount', e.state -> 'price_amount', 'currency', e.state -> 'price_currency',
                               'tax', e.state -> 'price_tax_amount')
       WHEN e.type <> 'order.review_flagged' THEN e.evidence -> 'price' END AS price,
  (e.state ->> 'provider_retired_at')::timestamptz AS provider_retired_at`;

/** Rows in the order of their events, of whichever orders. */
export const historiesFrom = (rows: readonly HistoryRow[]): readonly OrderHistory[] => {
  const byOrder = new Map<string, OrderHistory & { readonly events: LedgerEvent[] }>();
  for (const row of rows) {
    const known = byOrder.get(row.id);
    if (known) known.events.push(eventFrom(row));
    else byOrder.set(row.id, { ...orderFrom(row), events: [eventFrom(row)] });
  }
  return [...byOrder.values()];
};

const orderFrom = (row: HistoryRow): Omit<OrderHistory, 'events'> => ({
  id: row.id,
  tenantId: row.tenant_id,
  provider: row.provider,
  order: {
    paymentMethod: readWord(PAYMENT_METHODS)(row.payment_method),
    orderedMass: grams(Number(row.ordered_grams)),
    poolRole: readWordOrNull(POOL_ROLES)(row.pool_role),
  },
});

const eventFrom = (row: HistoryRow): LedgerEvent => ({
  sequence: row.sequence,
  status: readWordOrNull(ORDER_STATUSES)(row.to_status),
  price: readPrice(row.price),
  providerRetiredAt: row.provider_retired_at,
  occurredAt: row.occurred_at,
});

const readTexts = readObject({ amount: readTextOrNull, currency: readTextOrNull, tax: readTextOrNull });

const readPrice = (value: unknown): LedgerPrice | null => {
  const { amount, currency, tax } = readTexts(value);
  const total = moneyFromColumns(amount, currency);
  return total && { total, tax: moneyFromColumns(tax, currency) };
};
