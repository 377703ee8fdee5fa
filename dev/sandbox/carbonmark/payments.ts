import { randomUUID } from 'node:crypto';
import { CommandRefusedError } from '../command-refused.error.js';
import { decided, jsonResponse, type Call, type Decision } from '../http-messages.js';
import type { HostedCheckout, HostedCheckouts } from '../hosted-checkout.js';
import type { Effect, Ledger } from '../ledger.js';
import { randomAlphanumeric, randomHex } from '../random-id.js';
import type { Table } from '../table.js';
import { errorResponse } from './carbonmark-errors.js';
import { FAILING_SOURCE_ID } from './carbonmark-fixtures.js';
import { bodyFrom, purchaseFrom, retirementFrom, returnUrlsFrom } from './checkout-request.js';
import type { Listings } from './listings.js';
import { RETIREMENT_STEPS, toWirePayment, type PaymentRow, type PaymentStatus } from './payment-rows.js';
import type { RetirementRow, RetirementStatus } from './payment-rows.js';

/** Assumed: how long links of the card processor usually live. */
const LIFETIME_MS = 24 * 60 * 60 * 1000;
/** The card processor takes no payment below $0.50. */
const MIN_AMOUNT_USD_CENTS = 50;
const FAIL_MESSAGE = '-- I will fail --';
const SLOW_MESSAGE = '-- I will be slow --';

const RETIREMENT_STATUSES: readonly RetirementStatus[] = [...RETIREMENT_STEPS, 'FAILED'];
const PAYMENT_STATUSES: readonly PaymentStatus[] = ['open', 'processing', 'paid', 'failed', 'expired', 'refunded'];

export interface PaymentsContext {
  readonly ledger: Ledger;
  readonly listings: Listings;
  readonly allowLoopbackUrls: boolean;
  nowMs(): number;
  origin(): string;
  showsPlaceholder(): boolean;
  tellsPaymentId(): boolean;
}

/** Hosted card payments, each with the retirement it pays for. Nothing is owed before a person pays on the page. */
export class Payments implements HostedCheckouts {
  private readonly rows: Table<PaymentRow>;

  constructor(private readonly context: PaymentsContext) {
    this.rows = context.ledger.table<PaymentRow>('payments');
  }

  all(): PaymentRow[] {
    return this.rows.all();
  }

  create(call: Call): Decision {
    const request = bodyFrom(call.body);
    if ('refusal' in request) return decided(request.refusal);
    const purchase = purchaseFrom(request.body, this.context.listings);
    if ('refusal' in purchase) return decided(purchase.refusal);
    const retirement = retirementFrom(request.body);
    if ('refusal' in retirement) return decided(retirement.refusal);
    const urls = returnUrlsFrom(request.body, this.context.allowLoopbackUrls);
    if ('refusal' in urls) return decided(urls.refusal);
    const { listing, quantityTonnes } = purchase;
    const amountUsdCents = this.context.listings.priceUsdCents(listing, quantityTonnes);
    if (amountUsdCents < MIN_AMOUNT_USD_CENTS) {
      return decided(errorResponse(400, 'body/quantity_tonnes costs less than the minimum charge of $0.50'));
    }
    const now = this.context.nowMs();
    const row: PaymentRow = {
      id: `pay_${randomAlphanumeric(24)}`,
      linkId: `cs_test_${randomAlphanumeric(24)}`,
      sourceId: listing.sourceId,
      quantityTonnes,
      amountUsdCents,
      ...retirement,
      ...urls,
      status: 'open',
      createdAtMs: now,
      changedAtMs: now,
      expiresAtMs: now + LIFETIME_MS,
      retirement: null,
    };
    const url = `${this.context.origin()}/pay/${row.linkId}`;
    const body = this.context.tellsPaymentId() ? { url, payment_id: row.id } : { url };
    return decided(jsonResponse(200, body), this.effect('checkout_created', row));
  }

  read(id: string): Decision {
    const row = this.rows.get(id);
    if (!row) return decided(errorResponse(404, 'Payment not found'));
    return decided(jsonResponse(200, toWirePayment(this.asOfNow(row), this.context.showsPlaceholder())));
  }

  find(id: string): HostedCheckout | null {
    const row = this.byAnyId(id);
    if (!row) return null;
    const isOpen = row.status === 'open' || row.status === 'processing';
    return {
      id: row.linkId,
      providerName: 'Carbonmark',
      state: isOpen ? 'open' : row.status === 'paid' || row.status === 'refunded' ? 'paid' : 'expired',
      price: `$${(row.amountUsdCents / 100).toFixed(2)}`,
      lines: [
        ['Mass', `${row.quantityTonnes} t CO2e`],
        ['Listing', this.context.listings.find(row.sourceId)?.projectId ?? row.sourceId],
        ['Beneficiary', row.beneficiaryName],
        ['Message', row.retirementMessage],
      ],
    };
  }

  pay(id: string): string {
    const row = this.unpaid(id);
    const listing = this.context.listings.find(row.sourceId);
    const isShort = !listing || listing.liquidSupplyKg < row.quantityTonnes * 1000;
    const now = this.context.nowMs();
    const retirement: RetirementRow = {
      status: 'SUBMITTED',
      createdAtMs: now,
      changedAtMs: now,
      transactionHash: `0x${randomHex(64)}`,
      quoteUuid: randomUUID(),
      willFail: isShort || row.sourceId === FAILING_SOURCE_ID || row.retirementMessage === FAIL_MESSAGE,
    };
    const paid = this.effect('checkout_paid', { ...row, status: 'paid', changedAtMs: now, retirement });
    const sold = retirement.willFail || !listing ? [] : [this.context.listings.sold(listing, row.quantityTonnes)];
    this.context.ledger.append([{ ...paid, changes: [...paid.changes, ...sold] }]);
    return `${row.successUrl}/${row.id}`;
  }

  /** A link on which a payment was refused cannot be paid any more. */
  cancel(id: string): string {
    const row = this.unpaid(id);
    this.setStatus(row, 'expired', 'checkout_cancelled');
    return row.cancelUrl;
  }

  expire(id: string): void {
    this.setStatus(this.unpaid(id), 'expired', 'checkout_expired');
  }

  /** Command: the next payment status, or a later retirement status through those between. */
  advance(id: string, to: string): void {
    if (to === 'paid') return void this.pay(id);
    if (to === 'expired') return this.expire(id);
    if (to === 'processing') return this.setStatus(this.unpaid(id), to, 'payment_processing');
    if (to === 'failed') return this.setStatus(this.unpaid(id), to, 'payment_failed');
    const row = this.byAnyId(id);
    if (row?.status !== 'paid' || !row.retirement) throw new CommandRefusedError('The payment has not been paid.');
    if (to === 'refunded') return this.setStatus(row, to, 'payment_refunded');
    if (!RETIREMENT_STATUSES.some((status) => status === to)) {
      throw new CommandRefusedError(`A retirement can be moved to one of: ${RETIREMENT_STATUSES.join(', ')}.`);
    }
    this.retire(row, row.retirement, to);
  }

  /**
   * Command: the payment, or its retirement, is shown in a status that cannot follow on the one before, as by a provider
   * whose records are wrong. Of a payment nothing is left but the status.
   */
  contradict(id: string, to: string): void {
    const row = this.byAnyId(id);
    if (!row) throw new CommandRefusedError('There is no such checkout.');
    const payment = PAYMENT_STATUSES.find((status) => status === to);
    const retirement = RETIREMENT_STATUSES.find((status) => status === to);
    if (payment) return this.contradicted({ ...row, status: payment, retirement: null });
    if (!retirement || !row.retirement)
      throw new CommandRefusedError('Only a status of a payment, or of its retirement where there is one.');
    this.contradicted({ ...row, retirement: { ...row.retirement, status: retirement } });
  }

  nextStatus({ status, willFail }: RetirementRow): RetirementStatus | null {
    if (status === 'FAILED') return null;
    if (status === 'COMMITTED' && willFail) return 'FAILED';
    return RETIREMENT_STEPS[RETIREMENT_STEPS.indexOf(status) + 1] ?? null;
  }

  isSlow(row: PaymentRow): boolean {
    return row.retirementMessage === SLOW_MESSAGE;
  }

  private retire(row: PaymentRow, from: RetirementRow, to: string): void {
    const effects: Effect[] = [];
    let retirement = from;
    while (retirement.status !== to) {
      const status = to === 'FAILED' ? to : this.nextStatus(retirement);
      if (status === null || retirement.status === 'COMPLETED') {
        if (effects.length > 0) break;
        throw new CommandRefusedError(`A retirement that is ${retirement.status} can only be moved to a later status.`);
      }
      retirement = { ...retirement, status, changedAtMs: this.context.nowMs() };
      effects.push(this.effect(`retirement_${status.toLowerCase()}`, { ...row, retirement }));
    }
    this.context.ledger.append(effects);
  }

  private contradicted(row: PaymentRow): void {
    this.context.ledger.append([this.effect('payment_contradicted', { ...row, changedAtMs: this.context.nowMs() })]);
  }

  private setStatus(row: PaymentRow, status: PaymentStatus, kind: string): void {
    this.context.ledger.append([this.effect(kind, { ...row, status, changedAtMs: this.context.nowMs() })]);
  }

  private unpaid(id: string): PaymentRow {
    const row = this.byAnyId(id);
    if (!row) throw new CommandRefusedError('There is no such checkout.');
    if (row.status !== 'open' && row.status !== 'processing') {
      throw new CommandRefusedError(`The checkout is ${row.status}.`);
    }
    return row;
  }

  private byAnyId(id: string): PaymentRow | null {
    const row = this.rows.get(id) ?? this.rows.all().find((candidate) => candidate.linkId === id);
    return row ? this.asOfNow(row) : null;
  }

  /** The payment as of now: an open one expires with time. */
  private asOfNow(row: PaymentRow): PaymentRow {
    const isOver = row.status === 'open' && this.context.nowMs() >= row.expiresAtMs;
    return isOver ? { ...row, status: 'expired' } : row;
  }

  private effect(kind: string, row: PaymentRow): Effect {
    return {
      kind,
      id: row.id,
      reference: new URL(row.successUrl).pathname,
      massGrams: Math.round(row.quantityTonnes * 1_000_000),
      price: { amount: (row.amountUsdCents / 100).toFixed(2), currency: 'USD' },
      changes: [this.rows.put(row.id, row)],
    };
  }
}
