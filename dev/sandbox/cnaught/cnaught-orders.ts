import { Decimal } from 'decimal.js';
import {
  decided,
  jsonResponse,
  jsonObjectFrom,
  type SimulatedResponse,
  type Call,
  type Decision,
} from '../http-messages.js';
import type { Effect, Ledger } from '../ledger.js';
import { randomAlphanumeric, randomDigits } from '../random-id.js';
import type { Table } from '../table.js';
import { rideKg } from './activities.js';
import type { CallbackOutbox } from './callback-outbox.js';
import type { CnaughtCatalog } from './cnaught-catalog.js';
import type { PortfolioRow } from './cnaught-fixtures.js';
import { forbidden, invalidParameters, notFound } from './cnaught-problems.js';
import {
  toCallbackBody,
  toUsd,
  toWireOrder,
  type OrderRow,
  type OrderState,
  type SubaccountRow,
} from './cnaught-rows.js';
import { FieldReader } from './field-reader.js';
import { pageOf } from './list-pages.js';
import type { Subaccounts } from './subaccounts.js';

/** What to do with a mass that is not whole kilograms: the documentation contradicts itself. */
export type FractionalKg = 'reject' | 'truncate' | 'accept';

export interface OrdersContext {
  readonly ledger: Ledger;
  readonly catalog: CnaughtCatalog;
  readonly subaccounts: Subaccounts;
  readonly outbox: CallbackOutbox;
  nowMs(): number;
  fractionalKg(): FractionalKg;
}

export type NewOrder = Pick<
  OrderRow,
  | 'amountKg'
  | 'priceUsdCents'
  | 'portfolioId'
  | 'metadata'
  | 'description'
  | 'callbackUrl'
  | 'subaccountId'
  | 'checkoutSessionId'
  | 'reference'
  | 'isForeign'
  | 'distanceKm'
>;

type Ordered = Pick<OrderRow, 'amountKg' | 'distanceKm'>;

export class CnaughtOrders {
  private readonly orders: Table<OrderRow>;

  constructor(private readonly context: OrdersContext) {
    this.orders = context.ledger.table<OrderRow>('orders');
  }

  find(id: string): OrderRow | undefined {
    return this.orders.get(id);
  }

  all(): OrderRow[] {
    return this.orders.all();
  }

  /** Of one subaccount, or of the main account and all of them. */
  of(subaccount: SubaccountRow | null): OrderRow[] {
    return this.all().filter((order) => subaccount === null || order.subaccountId === subaccount.id);
  }

  create(call: Call): Decision {
    return this.placed(call, (fields, portfolio) => ({
      amountKg: this.orderedKg(fields, (cents) => this.context.catalog.kgForCents(portfolio, cents)),
    }));
  }

  /** As the provider's client orders up to its version 2: what a car emits over a distance. */
  createRide(call: Call): Decision {
    return this.placed(call, (fields) => ({
      amountKg: rideKg(fields),
      distanceKm: fields.positiveNumber('distance_km'),
    }));
  }

  private placed(call: Call, what: (fields: FieldReader, portfolio: PortfolioRow) => Ordered): Decision {
    const subaccount = this.context.subaccounts.of(call);
    if ('refusal' in subaccount) return decided(subaccount.refusal);
    const fields = new FieldReader(jsonObjectFrom(call.body));
    const portfolio = this.context.catalog.chosen(fields, subaccount.row?.defaultPortfolioId ?? null);
    const ordered = what(fields, portfolio);
    const priceUsdCents = this.context.catalog.priceUsdCents(fields, portfolio, 'api', ordered.amountKg);
    const metadata = fields.optionalText('metadata', 512);
    const description = fields.optionalText('description', 512);
    const callbackUrl = fields.callbackUrl();
    if (fields.errors !== null) return decided(invalidParameters(fields.errors));
    const row = this.newRow({
      ...ordered,
      priceUsdCents,
      portfolioId: portfolio.id,
      metadata,
      description,
      callbackUrl,
      subaccountId: subaccount.row?.id ?? null,
      checkoutSessionId: null,
      reference: metadata,
      isForeign: false,
    });
    return decided(jsonResponse(201, toWireOrder(row)), this.effect('order_created', row));
  }

  list(call: Call): Decision {
    const subaccount = this.context.subaccounts.of(call);
    if ('refusal' in subaccount) return decided(subaccount.refusal);
    const visible = this.of(subaccount.row)
      .filter((order) => order.createdAtMs < call.listsShowBeforeMs)
      .reverse();
    const page = pageOf(visible, call.query);
    return decided('refusal' in page ? page.refusal : jsonResponse(200, { data: page.rows.map(toWireOrder) }));
  }

  read(call: Call, id: string): Decision {
    const found = this.visibleTo(call, id);
    return decided('refusal' in found ? found.refusal : jsonResponse(200, toWireOrder(found)));
  }

  cancel(call: Call, id: string): Decision {
    const order = this.visibleTo(call, id);
    if ('refusal' in order) return decided(order.refusal);
    if (order.state !== 'placed') return decided(forbidden(`The order is already ${order.state}.`));
    const { effect, row } = this.moved(order, 'cancelled');
    return decided(jsonResponse(200, toWireOrder(row)), effect);
  }

  /** A new order by any way in, not yet in the ledger. */
  newRow(order: NewOrder): OrderRow {
    const now = this.context.nowMs();
    return {
      ...order,
      id: `${randomAlphanumeric(10)}_sandbox`,
      orderNumber: [5, 5, 5, 5, 4].map(randomDigits).join('-'),
      createdAtMs: now,
      changedAtMs: now,
      state: 'placed',
      allocations: [],
    };
  }

  effect(kind: string, row: OrderRow): Effect {
    return {
      kind,
      id: row.id,
      reference: row.reference,
      massGrams: new Decimal(row.amountKg).times(1000).toNumber(),
      price: toUsd(row.priceUsdCents),
      changes: [this.orders.put(row.id, row)],
    };
  }

  /** The order in its final state, together with the callback that announces it. */
  moved(order: OrderRow, state: Exclude<OrderState, 'placed'>): { effect: Effect; row: OrderRow } {
    const portfolio = this.context.catalog.find(order.portfolioId) ?? this.context.catalog.default();
    const allocations = state === 'fulfilled' ? this.context.catalog.allocate(portfolio, order.id, order.amountKg) : [];
    const row = { ...order, state, allocations, changedAtMs: this.context.nowMs() };
    const effect = this.effect(`order_${state}`, row);
    if (row.callbackUrl === null) return { effect, row };
    const announcement = this.context.outbox.queued(row.id, row.callbackUrl, JSON.stringify(toCallbackBody(row)));
    return { effect: { ...effect, changes: [...effect.changes, announcement] }, row };
  }

  removal(order: OrderRow): Effect {
    return { kind: 'foreign_order_removed', id: order.id, changes: [this.orders.remove(order.id)] };
  }

  private visibleTo(call: Call, id: string): OrderRow | { readonly refusal: SimulatedResponse } {
    const subaccount = this.context.subaccounts.of(call);
    if ('refusal' in subaccount) return subaccount;
    const order = this.orders.get(id);
    const isVisible = subaccount.row === null || order?.subaccountId === subaccount.row.id;
    return order && isVisible ? order : { refusal: notFound('order') };
  }

  /** Exactly one of mass and total price, as whole kilograms unless the switch says otherwise. */
  private orderedKg(fields: FieldReader, kgForCents: (cents: number) => number): number {
    if (fields.has('amount_kg') === fields.has('total_price_usd_cents')) {
      fields.refuse('amount_kg', 'Exactly one of amount_kg and total_price_usd_cents is required.');
      return 0;
    }
    if (fields.has('total_price_usd_cents')) {
      const kg = kgForCents(fields.positiveNumber('total_price_usd_cents'));
      if (kg < 1) fields.refuse('total_price_usd_cents', 'The total price does not pay for one kilogram.');
      return kg;
    }
    const kg = fields.positiveNumber('amount_kg');
    if (kg === 0 || Number.isInteger(kg) || this.context.fractionalKg() === 'accept') return kg;
    if (this.context.fractionalKg() === 'truncate' && kg > 1) return Math.floor(kg);
    fields.refuse('amount_kg', 'The amount_kg field must be a whole number.');
    return 0;
  }
}
