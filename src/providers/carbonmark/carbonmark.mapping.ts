import { Decimal } from 'decimal.js';
import { massRuleOf } from '../../domain/catalog/limits.js';
import type { Offering } from '../../domain/catalog/offering.js';
import { gramsFromMass, isOrderable, massIn, MAX_GRAMS, type Grams } from '../../domain/mass.js';
import { money } from '../../domain/money.js';
import type {
  CheckoutSession,
  CheckoutUrls,
  ObservedStatus,
  ProviderOrder,
  PurchaseRequest,
  Retirement,
} from '../../domain/providers/calls.js';
import { fromCents } from '../kit/price.js';
import { ProviderProtocolError } from '../kit/protocol-error.js';
import { assertTextsFit, refusal } from '../kit/refusal.js';
import { CARBONMARK, carbonmarkCapabilities } from './carbonmark.capabilities.js';
import type { CheckoutWire, PaymentStatus, PaymentWire, PriceWire, RetirementStatus } from './carbonmark.wire.js';

const { step: KILOGRAM } = carbonmarkCapabilities.mass;

type Asking = 'quote' | 'createCheckout';

/** Exact: a multiple of 0.001 t with at most 12 digits before the point is spelled alike as a number and as a text. */
export const toTonnes = (mass: Grams, operation: Asking): number => {
  if (isOrderable(mass, carbonmarkCapabilities.mass)) return Number(massIn(mass, 't'));
  const at = { provider: CARBONMARK, operation };
  throw refusal(at, 'mass_not_orderable', 'the mass must be a whole number of kilograms');
};

/**
 * The only text of ours that Carbonmark shows again with the payment. Where the buyer gives none, it carries our
 * reference, and so proves whose payment it is. The buyer's own is public for ever, and is not added to.
 */
const messageOf = ({ retirementMessage, beneficiaryName, orderReference }: PurchaseRequest): string => {
  if (retirementMessage === null) return `Retired on behalf of ${beneficiaryName} (${orderReference})`;
  if (referenceIn(retirementMessage) === null) return retirementMessage;
  const at = { provider: CARBONMARK, operation: 'createCheckout' } as const;
  throw refusal(at, 'invalid_request', 'the retirement message ends with an order id, as only the gateway’s own does');
};

const referenceIn = (message: string | null): string | null =>
  /^Retired on behalf of .*\((ord_[0-9a-z]+)\)$/su.exec(message ?? '')?.[1] ?? null;

export const toCheckoutBody = (request: PurchaseRequest, urls: CheckoutUrls): string => {
  const at = { provider: CARBONMARK, operation: 'createCheckout' } as const;
  assertTextsFit(carbonmarkCapabilities.textLimits, request, at);
  return JSON.stringify({
    asset_price_source_id: request.providerOfferingId,
    quantity_tonnes: toTonnes(request.mass, 'createCheckout'),
    metadata: {
      beneficiary_name: request.beneficiaryName,
      retirement_message: messageOf(request),
    },
    success_url: barePath(urls.successUrl),
    cancel_url: urls.cancelUrl,
  });
};

/** `/<payment id>` is appended to it: where it would go behind a query, a fragment or a final slash is unknown. */
const barePath = (successUrl: string): string => {
  if (/^[^?#]*[^?#/]$/.test(successUrl)) return successUrl;
  const at = { provider: CARBONMARK, operation: 'createCheckout' } as const;
  throw refusal(at, 'invalid_request', 'the success address must end in its path, without a slash');
};

/** Assumed: the page was just made, so it is open. */
export const toSession = (wire: CheckoutWire): CheckoutSession => ({
  sessionId: wire.paymentId,
  url: wire.url,
  status: 'open',
  providerStatus: 'open',
  mass: null,
  price: null,
  expiresAt: null,
  order: null,
  orderUnread: null,
});

const PAID: Readonly<Record<RetirementStatus | 'none', ObservedStatus>> = {
  none: 'placed',
  SUBMITTED: 'placed',
  INITIATED: 'placed',
  COMMITTED: 'accepted',
  MINTED: 'accepted',
  COMPLETED: 'retired',
  FAILED: 'failed',
};

/**
 * What payment and retirement mean together. A pair that is not here contradicts itself (money returned for credits
 * that are being retired): a person has to look.
 */
const STATUS: Readonly<Record<PaymentStatus, Readonly<Partial<typeof PAID>>>> = {
  open: { none: 'awaiting_payment' },
  processing: { none: 'awaiting_payment' },
  paid: PAID,
  failed: { none: 'failed' },
  expired: { none: 'expired' },
  refunded: { none: 'cancelled', SUBMITTED: 'cancelled', INITIATED: 'cancelled', FAILED: 'cancelled' },
};

const statusOf = ({ status, order }: PaymentWire): ObservedStatus => {
  const observed = STATUS[status][order?.status ?? 'none'];
  if (observed === undefined)
    throw new ProviderProtocolError(
      'unreadable_answer',
      'payment and retirement contradict each other',
      wordOf(status, order),
    );
  return observed === 'retired' && order?.view_retirement_url != null ? 'completed' : observed;
};

const wordOf = (status: PaymentStatus, order: PaymentWire['order']): string =>
  order === null ? status : `${status}.${order.status}`;

const retirementOf = ({ order, quantity_tonnes }: PaymentWire): Retirement | null =>
  order?.status !== 'COMPLETED'
    ? null
    : {
        project: null,
        registry: null,
        vintage: null,
        mass: quantity_tonnes,
        serialNumberRange: null,
        url: order.view_retirement_url,
        transactionHash: order.transaction_hash,
      };

/** The beneficiary is the retirement's own: one made for another beneficiary shows itself by it. */
export const toOrder = (wire: PaymentWire): ProviderOrder => {
  const retirement = retirementOf(wire);
  return {
    providerOrderId: wire.id,
    orderReference: referenceIn(wire.metadata?.retirement_message ?? wire.order?.retirement_message ?? null),
    status: statusOf(wire),
    providerStatus: wordOf(wire.status, wire.order),
    mass: wire.quantity_tonnes,
    price: wire.status === 'paid' ? fromCents(wire.amount, 'USD') : null,
    providerOfferingId: wire.asset_price_source_id,
    checkoutSessionId: null,
    createdAt: null,
    beneficiaryName: wire.order?.beneficiary_name ?? wire.metadata?.beneficiary_name ?? null,
    retiredAt: retirement && (wire.order?.completed_at ?? null),
    retirements: retirement ? [retirement] : [],
    certificate: null,
  };
};

/** Documented prefixes of project ids, by the registry that gave them. */
const REGISTRIES: Readonly<Record<string, string>> = {
  VCS: 'Verra',
  GS: 'Gold Standard',
  ICR: 'ICR',
  CAR: 'Climate Action Reserve',
  ACR: 'ACR',
};

const registryOf = (projectId: string): string | null => {
  const prefix = projectId.split('-')[0] ?? '';
  return Object.hasOwn(REGISTRIES, prefix) ? (REGISTRIES[prefix] ?? null) : null;
};

const toKilograms = (tonnes: Decimal, rounding: Decimal.Rounding): Grams | null => {
  const rounded = Decimal.min(tonnes.toDecimalPlaces(3, rounding), MAX_GRAMS / 1e6);
  return rounded.greaterThan(0) ? gramsFromMass(rounded.toFixed(), 't') : null;
};

/** Needs data on the consumption of the credits that this gateway does not have. */
const PURO = 'PUR-';

/** A hosted checkout lives this long, and the listing has to outlive it. */
const PAGE_LIFETIME_MS = carbonmarkCapabilities.checkout.expiresAfterMs;

/**
 * @returns null unless the listing can be bought safely: it says all it must, has supply, is of credits that exist
 * already, and is still there when the payer takes their time.
 */
export const toOffering = (wire: PriceWire, fetchedAt: Date): Offering | null => {
  const { listing, purchasePrice, liquidSupply, minFillAmount } = wire;
  const projectId = listing?.creditId?.projectId ?? null;
  if (wire.type !== 'listing' || !listing || projectId === null || projectId.startsWith(PURO)) return null;
  if (purchasePrice === null || liquidSupply === null || minFillAmount === null) return null;
  if (listing.token?.isExAnte !== false) return null;
  if ((listing.expiresAfter ?? 0) * 1_000 <= fetchedAt.getTime() + PAGE_LIFETIME_MS) return null;
  const available = toKilograms(liquidSupply, Decimal.ROUND_DOWN);
  const minimum = toKilograms(minFillAmount, Decimal.ROUND_UP) ?? KILOGRAM;
  if (available === null || available < minimum) return null;
  return {
    provider: CARBONMARK,
    providerOfferingId: wire.sourceId,
    kind: 'listing',
    name: listing.token.name ?? projectId,
    description: null,
    country: null,
    registry: registryOf(projectId),
    vintage: listing.creditId?.vintage ?? null,
    category: null,
    isExAnte: false,
    unitPricePerTonne: money(purchasePrice, 'USD'),
    taxRate: null,
    available,
    minimum,
    step: KILOGRAM,
    paymentMethods: carbonmarkCapabilities.paymentMethods,
    // Which listing is bought when none is named depends on the mass: `quote` decides.
    isDefault: false,
    fetchedAt,
  };
};

/** The cheapest that can fill this mass, the first by id among equals. @returns null if none can. */
export const cheapestFor = (mass: Grams, offerings: readonly Offering[]): Offering | null => {
  const able = offerings.filter((offering) => isOrderable(mass, massRuleOf(offering, carbonmarkCapabilities)));
  const sorted = able.toSorted((a, b) => comparePrices(a, b) || (a.providerOfferingId < b.providerOfferingId ? -1 : 1));
  return sorted[0] ?? null;
};

const comparePrices = (a: Offering, b: Offering): number =>
  (a.unitPricePerTonne?.amount ?? new Decimal(Infinity)).comparedTo(b.unitPricePerTonne?.amount ?? Infinity);
