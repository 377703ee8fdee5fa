import type { Decimal } from 'decimal.js';
import type { Offering } from '../../domain/catalog/offering.js';
import { grams, isOrderable, massIn, MAX_GRAMS, type Grams } from '../../domain/mass.js';
import type { Money } from '../../domain/money.js';
import type {
  Certificate,
  CheckoutSession,
  CheckoutUrls,
  ObservedStatus,
  ProviderOrder,
  PurchaseRequest,
  Retirement,
  UnreadRow,
} from '../../domain/providers/calls.js';
import { fromCents } from '../kit/price.js';
import { assertTextsFit, refusal } from '../kit/refusal.js';
import { CNAUGHT, cnaughtCapabilities } from './cnaught.capabilities.js';
import type { AllocationWire, OrderRow, OrderWire, PortfolioWire, SessionWire } from './cnaught.wire.js';

/**
 * The account's or subaccount's default portfolio: bought by naming none. CNaught does not say which one that is, so
 * it is an offering of its own rather than a guess.
 */
export const DEFAULT_PORTFOLIO = 'default';
export const DEFAULT_PORTFOLIO_NAME = 'Default portfolio of the account';

const REFERENCE = 'order_reference=';

const price = (cents: Decimal): Money => fromCents(cents, 'USD');

export const toAmountKg = (mass: Grams, operation: 'quote' | 'placeOrder' | 'createCheckout'): number => {
  if (isOrderable(mass, cnaughtCapabilities.mass)) return Number(massIn(mass, 'kg'));
  throw refusal({ provider: CNAUGHT, operation }, 'mass_not_orderable', 'the mass must be a whole number of kilograms');
};

/** Nothing for the default portfolio: leaving it out is how one asks for it. */
export const portfolioField = (providerOfferingId: string): { portfolio_id?: string } =>
  providerOfferingId === DEFAULT_PORTFOLIO ? {} : { portfolio_id: providerOfferingId };

const commonFields = (request: PurchaseRequest, operation: 'placeOrder' | 'createCheckout') => {
  assertTextsFit(cnaughtCapabilities.textLimits, request, { provider: CNAUGHT, operation });
  return {
    amount_kg: toAmountKg(request.mass, operation),
    ...portfolioField(request.providerOfferingId),
    description: publicText(request),
    ...(request.providerCallbackUrl === null ? {} : { notification_config: { url: request.providerCallbackUrl } }),
  };
};

/** Printed on the public certificate, which has no field for the beneficiary. The buyer's own description is private. */
const publicText = ({ beneficiaryName, retirementMessage }: PurchaseRequest): string =>
  `on behalf of ${beneficiaryName}${retirementMessage === null ? '' : `. ${retirementMessage}`}`;

export const toOrderBody = (request: PurchaseRequest): string =>
  JSON.stringify({ ...commonFields(request, 'placeOrder'), metadata: `${REFERENCE}${request.orderReference}` });

export const toSessionBody = (request: PurchaseRequest, urls: CheckoutUrls): string =>
  JSON.stringify({
    ...commonFields(request, 'createCheckout'),
    // Replaced at the redirect: a browser that brings a session id back says that it was paid.
    success_url: `${urls.successUrl}/{CHECKOUT_SESSION_ID}`,
    cancel_url: urls.cancelUrl,
  });

export const referenceFrom = (metadata: string | null): string | null =>
  metadata?.startsWith(REFERENCE) && metadata.length > REFERENCE.length ? metadata.slice(REFERENCE.length) : null;

const STATUS = {
  placed: 'placed',
  fulfilled: 'retired',
  cancelled: 'cancelled',
  canceled: 'cancelled',
} as const satisfies Record<OrderWire['state'], ObservedStatus>;

/** A certificate address exists from the start; it proves something once the order is fulfilled. */
const certificateFrom = (wire: OrderWire): Certificate | null =>
  wire.state === 'fulfilled' && wire.certificate_public_url !== null
    ? { url: wire.certificate_public_url, pdfUrl: wire.certificate_download_public_url }
    : null;

const gramsOrNull = (kilograms: Decimal): Grams | null => {
  const value = kilograms.times(1_000);
  return value.isInteger() && value.greaterThan(0) && value.lessThanOrEqualTo(MAX_GRAMS)
    ? grams(value.toNumber())
    : null;
};

/** How an allocation is split over several retirements is not said: only a single one carries its mass. */
const toRetirements = ({ project, amount_kg, retirements }: AllocationWire): readonly Retirement[] => {
  const known = retirements === null || retirements.length === 0 ? [null] : retirements;
  return known.map((retirement) => ({
    project: project?.name ?? null,
    registry: project?.registry_name ?? null,
    vintage: null,
    mass: known.length === 1 ? gramsOrNull(amount_kg) : null,
    serialNumberRange: retirement?.serial_number_range ?? null,
    url: retirement?.url ?? null,
    transactionHash: null,
  }));
};

export const toOrder = (wire: OrderWire): ProviderOrder => {
  const certificate = certificateFrom(wire);
  return {
    providerOrderId: wire.id,
    orderReference: referenceFrom(wire.metadata),
    status: certificate ? 'completed' : STATUS[wire.state],
    providerStatus: wire.state,
    mass: wire.amount_kg,
    price: price(wire.price_usd_cents),
    providerOfferingId: null,
    checkoutSessionId: wire.checkout_session_id,
    createdAt: wire.created_on,
    beneficiaryName: null,
    retiredAt: null,
    retirements: wire.state === 'fulfilled' ? (wire.project_allocations ?? []).flatMap(toRetirements) : [],
    certificate,
  };
};

export const toUnreadRow = ({ clues, why }: OrderRow): UnreadRow | null =>
  why && {
    providerOrderId: clues.id?.[0] ?? null,
    orderReferences: clues.metadata?.flatMap((metadata) => referenceFrom(metadata) ?? []) ?? null,
    detail: why.message,
  };

export const toSession = (
  wire: SessionWire,
  order: ProviderOrder | null,
  orderUnread: string | null = null,
): CheckoutSession => ({
  sessionId: wire.id,
  url: wire.checkout_url,
  status: wire.state,
  providerStatus: wire.state,
  mass: wire.amount_kg,
  price: price(wire.price_usd_cents),
  expiresAt: wire.expires_on,
  order,
  orderUnread,
});

/** Quotes and prices of one tonne are in cents of a kilogram: 1.6 cents per kilogram are 16 dollars per tonne. */
export const pricePerTonne = (centsPerKg: Decimal): Money => price(centsPerKg.times(1_000));

/** A portfolio is on sale without a name, too. */
export const nameOf = ({ name, id }: PortfolioWire): string => name ?? id;

export const toOffering = (wire: PortfolioWire, fetchedAt: Date): Offering => ({
  ...OFFERING_TERMS,
  providerOfferingId: wire.id,
  name: nameOf(wire),
  description: wire.description ?? wire.summary,
  unitPricePerTonne: wire.api_price_per_kg_usd_cents === null ? null : pricePerTonne(wire.api_price_per_kg_usd_cents),
  isDefault: false,
  fetchedAt,
});

export const toDefaultOffering = (centsPerTonne: Decimal, fetchedAt: Date): Offering => ({
  ...OFFERING_TERMS,
  providerOfferingId: DEFAULT_PORTFOLIO,
  name: DEFAULT_PORTFOLIO_NAME,
  description: null,
  unitPricePerTonne: price(centsPerTonne),
  isDefault: true,
  fetchedAt,
});

const OFFERING_TERMS = {
  provider: CNAUGHT,
  kind: 'portfolio',
  country: null,
  registry: null,
  vintage: null,
  category: null,
  isExAnte: null,
  taxRate: null,
  available: null,
  minimum: cnaughtCapabilities.mass.minimum,
  step: cnaughtCapabilities.mass.step,
  paymentMethods: cnaughtCapabilities.paymentMethods,
} as const satisfies Partial<Offering>;
