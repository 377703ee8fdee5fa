import type { StatusReason } from '../../domain/orders/status-reasons.js';
import { Decimal } from 'decimal.js';
import { grams } from '../../domain/mass.js';
import { CURRENCIES, money, type Money } from '../../domain/money.js';
import { isTerminal, ORDER_STATUSES } from '../../domain/orders/lifecycle.js';
import {
  CHECKOUT_STATUSES,
  OFFER_REASONS,
  PRICE_SOURCES,
  ROUTING_POLICIES,
  type Considered,
  type Order,
  type Routing,
} from '../../domain/orders/order.js';
import { ABSENCE_CODES } from '../../domain/quotes/absence.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import { REVIEW_REASONS, type ReviewReason } from '../../domain/orders/review.js';
import { ATTEMPT_OUTCOMES, type Attempt } from '../../domain/purchases/attempt.js';
import { DISAGREEMENT_FIELDS } from '../../domain/purchases/integrity.js';
import { PAYMENT_METHODS } from '../../domain/providers/capabilities.js';
import { FAILURE_REASONS } from '../../domain/providers/provider-error.js';
import type { ProviderId } from '../../domain/providers/calls.js';
import { PURCHASE_CLAIMS, purchaseClaimsFrom } from './claim-rows.js';
import {
  readList,
  readNumberOrNull,
  readObject,
  readText,
  readTextOrNull,
  readTexts,
  readWord,
  readWordOrNull,
  type ReadJson,
} from '../database/json-columns.js';
import { readGrams, readMoneyOrNull, readNearest, readRates, readRefusalNumbers } from '../quotes/refusal-json.js';
import { POOL_ROLES } from '../../domain/pools/order-pool.js';
import { readOrderPool } from '../pools/order-pool-json.js';
import { readCertificate, readRetirements } from './retirement-json.js';
import { readStandingSwitch, STANDING_SWITCH } from '../switches/switch-rows.js';
import { Prisma } from '../generated/client.js';

/** A row as node-postgres gives it: int8 and numeric as text, jsonb parsed. */
export interface OrderRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly status: string;
  readonly status_reason: string | null;
  readonly status_detail: string | null;
  readonly provider: string;
  readonly provider_offering_id: string;
  readonly offering_name: string;
  readonly provider_order_id: string | null;
  readonly provider_status: string | null;
  readonly provider_account: string | null;
  readonly payment_method: string;
  readonly requested_grams: string;
  readonly ordered_grams: string;
  readonly price_amount: string | null;
  readonly price_currency: string | null;
  readonly price_source: string | null;
  readonly price_tax_amount: string | null;
  readonly later_price_amount: string | null;
  readonly quoted_amount: string | null;
  readonly quoted_currency: string | null;
  readonly max_total_amount: string | null;
  readonly max_total_currency: string | null;
  readonly beneficiary_name: string;
  readonly beneficiary_email: string | null;
  readonly retirement_message: string | null;
  readonly description: string | null;
  readonly reference: string | null;
  readonly metadata: unknown;
  readonly labels: unknown;
  readonly routing: unknown;
  readonly offer_id: string | null;
  readonly success_url: string | null;
  readonly cancel_url: string | null;
  readonly webhook_url: string | null;
  readonly retirements: unknown;
  readonly certificate: unknown;
  readonly review_reason: string | null;
  readonly review_since: Date | null;
  readonly lookup_count: number;
  readonly last_lookup_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly placed_at: Date | null;
  readonly retired_at: Date | null;
  readonly completed_at: Date | null;
  readonly provider_retired_at: Date | null;
  readonly personal_data_erased_at: Date | null;
  readonly version: number;
  readonly api_key_id: string | null;
  readonly spending_usd: string | null;
  readonly usd_per_unit: string | null;
  readonly pool_role: string | null;
  /** The latest hosted checkout, as JSON. */
  readonly checkout: unknown;
  /** Its pool, as JSON. */
  readonly pool: unknown;
}

export interface OrderStateRow extends OrderRow {
  readonly attempts: unknown;
  readonly cancel_requests: number;
  readonly cancel_may_have_arrived: boolean;
  readonly sessions: unknown;
  readonly claims: unknown;
  readonly accepted: unknown;
  readonly switched_off: unknown;
  readonly lease_token: string | null;
  readonly is_leased: boolean;
  readonly read_at: Date;
}

const TERMINAL = ORDER_STATUSES.filter(isTerminal).map((status) => `'${status}'`);

/**
 * Whether an order `o` has not ended. Literal, as in the partial indexes: with a parameter the planner could not use
 * them.
 */
export const IS_OPEN = Prisma.raw(`o.status NOT IN (${TERMINAL.join(', ')})`);

/** The latest hosted checkout of an order `o`, which its payer is shown. */
export const LATEST_CHECKOUT = Prisma.sql`
  (SELECT jsonb_build_object('session_id', s.session_id, 'url', s.url, 'status', s.status, 'expires_at', s.expires_at)
   FROM checkout_sessions s WHERE s.order_id = o.id ORDER BY s.id DESC LIMIT 1)`;

/** The pool of an order `o`. Those of none, which are nearly all, cost nothing. */
export const ITS_POOL = Prisma.sql`CASE WHEN o.pool_role IS NOT NULL THEN order_pool(o.id, o.pool_role) END`;

/** The columns of an order `o`, with its checkout and pool. */
export const ORDER_COLUMNS = Prisma.sql`o.*, ${LATEST_CHECKOUT} AS checkout, ${ITS_POOL} AS pool`;

/** Everything that a decision about an order `o` with its task `t` may need. */
export const ORDER_STATE_COLUMNS = Prisma.sql`
  ${ORDER_COLUMNS}, sends.*,
  (SELECT jsonb_agg(jsonb_build_object('session_id', s.session_id, 'status', s.status) ORDER BY s.id)
   FROM checkout_sessions s
   WHERE s.order_id = o.id AND s.session_id IS NOT NULL
     AND (s.status = 'open' OR s.status = 'complete' AND o.provider_order_id IS NULL)) AS sessions,
  ${PURCHASE_CLAIMS} AS claims,
  (SELECT r.accepted FROM resolutions r WHERE r.order_id = o.id AND r.accepted IS NOT NULL AND r.state = 'applied'
   ORDER BY r.proposed_at DESC LIMIT 1) AS accepted,
  (SELECT ${STANDING_SWITCH} FROM standing_switch(o.provider, o.tenant_id, switched_operation(o.payment_method)) s) AS switched_off,
  t.lease_token, COALESCE(t.leased_until > now(), false) AS is_leased, now() AS read_at`;

/** Joined to `o` for the columns above. */
export const ORDER_SENDS = Prisma.sql`
  CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object(
             'number', a.number, 'generation', a.generation, 'far_side', a.far_side, 'started_at', a.started_at,
             'send_deadline_at', a.send_deadline_at, 'outcome', a.outcome, 'reason', a.reason)
           ORDER BY a.number) FILTER (WHERE a.operation <> 'cancel') AS attempts,
           count(*) FILTER (WHERE a.operation = 'cancel')::int AS cancel_requests,
           COALESCE(bool_or(a.operation = 'cancel' AND COALESCE(a.outcome, 'ambiguous') IN ('accepted', 'ambiguous')),
                    false) AS cancel_may_have_arrived
    FROM attempts a WHERE a.order_id = o.id) sends`;

export const moneyFromColumns = (amount: string | null, currency: string | null): Money | null =>
  amount === null || currency === null ? null : money(amount, readWord(CURRENCIES)(currency));

export const orderFromRow = (row: OrderRow): Order => {
  const total = moneyFromColumns(row.price_amount, row.price_currency);
  return {
    id: row.id,
    tenantId: row.tenant_id,
    keyId: row.api_key_id,
    providerAccount: row.provider_account,
    spending: readSpending(row),
    status: readWord(ORDER_STATUSES)(row.status),
    statusReason: row.status_reason as StatusReason | null,
    statusDetail: row.status_detail,
    provider: row.provider as ProviderId,
    providerOfferingId: row.provider_offering_id,
    offeringName: row.offering_name,
    providerOrderId: row.provider_order_id,
    providerStatus: row.provider_status,
    paymentMethod: readWord(PAYMENT_METHODS)(row.payment_method),
    requestedMass: grams(Number(row.requested_grams)),
    orderedMass: grams(Number(row.ordered_grams)),
    price: total && { total, source: readWord(PRICE_SOURCES)(row.price_source) },
    priceTax: moneyFromColumns(row.price_tax_amount, row.price_currency),
    laterPrice: moneyFromColumns(row.later_price_amount, row.price_currency),
    quoted: moneyFromColumns(row.quoted_amount, row.quoted_currency),
    maxTotal: moneyFromColumns(row.max_total_amount, row.max_total_currency),
    beneficiary: { name: row.beneficiary_name, email: row.beneficiary_email },
    retirementMessage: row.retirement_message,
    description: row.description,
    reference: row.reference,
    metadata: readTexts(row.metadata),
    labels: readTexts(row.labels),
    routing: readRouting(row.routing),
    offerId: row.offer_id,
    successUrl: row.success_url,
    cancelUrl: row.cancel_url,
    webhookUrl: row.webhook_url,
    checkout: readCheckout(row.checkout),
    retirements: readRetirements(row.retirements),
    certificate: readCertificate(row.certificate),
    poolRole: readWordOrNull(POOL_ROLES)(row.pool_role),
    pool: readOrderPool(row.pool),
    lookups: { count: row.lookup_count, lastAt: row.last_lookup_at },
    review:
      row.review_reason !== null && row.review_since !== null
        ? { reason: readWord(REVIEW_WORDS)(row.review_reason), since: row.review_since }
        : null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    placedAt: row.placed_at,
    retiredAt: row.retired_at,
    completedAt: row.completed_at,
    providerRetiredAt: row.provider_retired_at,
    personalDataErasedAt: row.personal_data_erased_at,
    version: row.version,
  };
};

const readSpending = ({ spending_usd: usd, usd_per_unit: usdPerUnit }: OrderRow): Order['spending'] =>
  usd === null || usdPerUnit === null ? null : { usd: new Decimal(usd), usdPerUnit: new Decimal(usdPerUnit) };

export const orderStateFromRow = (row: OrderStateRow): OrderState => ({
  order: orderFromRow(row),
  attempts: readList(readAttempt)(row.attempts),
  cancelRequests: row.cancel_requests,
  cancelMayHaveArrived: row.cancel_may_have_arrived,
  targets: {
    sessions: readList(readSession)(row.sessions),
    claims: purchaseClaimsFrom(row.claims),
  },
  accepted: readList(readDisagreement)(row.accepted),
  switchedOff: readStandingSwitch(row.switched_off),
  leaseToken: row.lease_token,
  isLeased: row.is_leased,
  now: row.read_at,
});

const readDisagreement = readObject({
  field: readWord(DISAGREEMENT_FIELDS),
  ours: readTextOrNull,
  theirs: readTextOrNull,
});

const REVIEW_WORDS = Object.keys(REVIEW_REASONS) as ReviewReason[];

/** Times inside JSON come as PostgreSQL writes them there. */
const readTime = (value: unknown): Date => new Date(readText(value));

const readAttempt = (value: unknown): Attempt => {
  const row = readObject({
    number: readNumberOrNull,
    generation: readNumberOrNull,
    far_side: readTextOrNull,
    started_at: readTime,
    send_deadline_at: readTime,
    outcome: readWordOrNull(ATTEMPT_OUTCOMES),
    reason: readWordOrNull(FAILURE_REASONS),
  })(value);
  return {
    number: row.number ?? 0,
    generation: row.generation ?? 0,
    farSide: row.far_side,
    startedAt: row.started_at,
    sendDeadlineAt: row.send_deadline_at,
    outcome: row.outcome,
    reason: row.reason,
  };
};

const readSession = (value: unknown): OrderState['targets']['sessions'][number] => {
  const row = readObject({ session_id: readText, status: readWord(CHECKOUT_STATUSES) })(value);
  return { sessionId: row.session_id, status: row.status };
};

const readCheckout = (value: unknown): Order['checkout'] => {
  if (value === null || value === undefined) return null;
  const row = readObject({
    session_id: readTextOrNull,
    url: readText,
    status: readWord(CHECKOUT_STATUSES),
    expires_at: readTextOrNull,
  })(value);
  const expiresAt = row.expires_at === null ? null : new Date(row.expires_at);
  return { sessionId: row.session_id, url: row.url, status: row.status, expiresAt };
};

const ROUTING_REASONS = [...(Object.keys(OFFER_REASONS) as (keyof typeof OFFER_REASONS)[]), ...ABSENCE_CODES];

/** Orders of earlier versions have only the total and the reason of each provider. */
const readConsidered: ReadJson<Considered> = readObject({
  provider: readText,
  total: readMoneyOrNull,
  orderedMass: readGrams,
  reason: (reason) => ROUTING_REASONS.find((known) => known === reason) ?? 'provider_unavailable',
  detail: readTextOrNull,
  nearest: readNearest,
  numbers: readRefusalNumbers,
});

const readRouting = (value: unknown): Routing =>
  readObject({
    policy: (policy) => ROUTING_POLICIES.find((known) => known === policy) ?? 'named_by_caller',
    considered: readList(readConsidered),
    fx: readRates,
  })(value);
