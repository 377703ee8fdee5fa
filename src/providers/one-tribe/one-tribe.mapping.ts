import { ProviderProtocolError } from '../kit/protocol-error.js';
import { Decimal } from 'decimal.js';
import type { Offering } from '../../domain/catalog/offering.js';
import { grams, massIn, type Grams } from '../../domain/mass.js';
import { money } from '../../domain/money.js';
import type { ObservedStatus, ProviderOrder, ProviderQuote, PurchaseRequest } from '../../domain/providers/calls.js';
import { perTonne } from '../kit/price.js';
import { assertTextsFit, refusal } from '../kit/refusal.js';
import { ONE_TRIBE, oneTribeTextLimits } from './one-tribe.capabilities.js';
import type { ProjectWire, TransactionWire } from './one-tribe.wire.js';

/**
 * Which of a project's prices One Tribe bills to the account, before VAT. The partner's margin and the end customer's
 * price are suggestions for reselling; they are not owed to One Tribe.
 */
const BILLED_PRICE = 'base_price_per_ton';

/** Invoices are in whole pence. */
const PENCE = 2;

const TONNE = grams(1_000_000);

/** Documented. The description is for people; the metadata holds everything in full, so cutting it loses nothing. */
const MAX_DESCRIPTION = 255;

const REFERENCE = 'order_reference=';

const at = (operation: 'quote' | 'placeOrder') => ({ provider: ONE_TRIBE, operation });

const toTonnes = (mass: Grams, operation: 'quote' | 'placeOrder'): number => {
  if (mass % TONNE === 0) return mass / TONNE;
  throw refusal(at(operation), 'mass_not_orderable', 'the mass must be a whole number of tonnes');
};

export const toTransactionBody = (request: PurchaseRequest): string => {
  assertTextsFit(oneTribeTextLimits, request, at('placeOrder'));
  const metadata = {
    order_reference: request.orderReference,
    beneficiary_name: request.beneficiaryName,
    ...(request.retirementMessage === null ? {} : { retirement_message: request.retirementMessage }),
    ...(request.description === null ? {} : { description: request.description }),
  };
  return JSON.stringify({
    project_id: request.providerOfferingId,
    transaction_type: 'purchase',
    quantity: toTonnes(request.mass, 'placeOrder'),
    description: `${REFERENCE}${request.orderReference} on behalf of ${request.beneficiaryName}`.slice(
      0,
      MAX_DESCRIPTION,
    ),
    metadata,
  });
};

const IN_DESCRIPTION = new RegExp(`^${REFERENCE}(\\S+)`);

/** From the metadata or, should those not come back, from the description. Two that differ are refused: neither can be believed. */
export const referenceOf = ({ metadata, description }: Pick<TransactionWire, 'metadata' | 'description'>) => {
  const described = IN_DESCRIPTION.exec(description ?? '')?.[1] ?? null;
  if (metadata.orderReference !== null && described !== null && metadata.orderReference !== described)
    throw new ProviderProtocolError('unreadable_answer', 'metadata and description name different orders');
  return metadata.orderReference ?? described;
};

const STATUS = {
  ordered: 'placed',
  accepted: 'accepted',
  retired: 'retired',
  completed: 'completed',
} as const satisfies Record<TransactionWire['status'], ObservedStatus>;

export const toOrder = (wire: TransactionWire): ProviderOrder => ({
  providerOrderId: wire.transaction_id,
  orderReference: referenceOf(wire),
  status: STATUS[wire.status],
  providerStatus: wire.status,
  mass: wire.quantity,
  price: null,
  providerOfferingId: wire.project_id,
  checkoutSessionId: null,
  createdAt: wire.createdAt,
  beneficiaryName: wire.metadata.beneficiaryName,
  retirements: [],
  certificate: null,
});

/** The smallest purchase: `min_volume` in whole tonnes, at least one. */
export const minimumOf = ({ min_volume }: ProjectWire): Grams =>
  grams(
    Decimal.max(min_volume?.ceil() ?? 1, 1)
      .times(TONNE)
      .toNumber(),
  );

export const toOffering = (wire: ProjectWire, fetchedAt: Date): Offering => ({
  provider: ONE_TRIBE,
  providerOfferingId: wire.project_id,
  kind: 'project',
  name: wire.title,
  description: wire.description,
  country: wire.country,
  registry: wire.registry_type,
  vintage: null,
  category: wire.category,
  isExAnte: null,
  unitPricePerTonne: money(wire.pricing[BILLED_PRICE], 'GBP'),
  taxRate: wire.pricing.vat_rate,
  available: null,
  minimum: minimumOf(wire),
  step: TONNE,
  paymentMethods: ['account'],
  isDefault: false,
  fetchedAt,
});

/** What will be billed: tonnes × price, then VAT, each in whole pence as an invoice has them. */
export const toQuote = (wire: ProjectWire, mass: Grams): ProviderQuote => {
  toTonnes(mass, 'quote');
  if (mass < minimumOf(wire)) {
    const minimum = massIn(minimumOf(wire), 't');
    throw refusal(at('quote'), 'mass_not_orderable', `this project is sold from ${minimum} t`);
  }
  const net = wire.pricing[BILLED_PRICE].times(massIn(mass, 't')).toDecimalPlaces(PENCE, Decimal.ROUND_HALF_UP);
  const tax = net.times(wire.pricing.vat_rate).toDecimalPlaces(PENCE, Decimal.ROUND_HALF_UP);
  const total = money(net.plus(tax), 'GBP');
  return {
    providerOfferingId: wire.project_id,
    offeringName: wire.title,
    mass,
    total,
    tax: money(tax, 'GBP'),
    perTonne: perTonne(total, mass),
  };
};

/** One Tribe has no default: the cheapest that sells this mass, the first by id among equals. @returns null if none does. */
export const cheapestFor = (mass: Grams, projects: readonly ProjectWire[]): ProjectWire | null => {
  const priceOf = ({ pricing }: ProjectWire): Decimal => pricing[BILLED_PRICE].times(pricing.vat_rate.plus(1));
  const able = projects.filter((project) => project.project_status === 'active' && minimumOf(project) <= mass);
  const sorted = able.toSorted((a, b) => priceOf(a).comparedTo(priceOf(b)) || (a.project_id < b.project_id ? -1 : 1));
  return sorted[0] ?? null;
};
