import { Decimal } from 'decimal.js';
import type { Offering } from '../../domain/catalog/offering.js';
import { grams, massIn, type Grams } from '../../domain/mass.js';
import { money } from '../../domain/money.js';
import type {
  ObservedStatus,
  OrderWindow,
  ProviderOrder,
  ProviderQuote,
  PurchaseRequest,
  UnreadRow,
} from '../../domain/providers/calls.js';
import { couldBeWithin } from '../kit/order-window.js';
import { perTonne } from '../kit/price.js';
import { assertTextsFit, refusal } from '../kit/refusal.js';
import { ONE_TRIBE, oneTribeTextLimits } from './one-tribe.capabilities.js';
import { REFERENCE, type ProjectWire, type TransactionRow, type TransactionWire } from './one-tribe.wire.js';

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

const STATUS = {
  ordered: 'placed',
  accepted: 'accepted',
  retired: 'retired',
  completed: 'completed',
} as const satisfies Record<TransactionWire['status'], ObservedStatus>;

export const toOrder = (wire: TransactionWire): ProviderOrder => ({
  providerOrderId: wire.transaction_id,
  orderReference: wire.orderReference,
  status: STATUS[wire.status],
  providerStatus: wire.status,
  mass: wire.quantity,
  price: null,
  providerOfferingId: wire.project_id,
  checkoutSessionId: null,
  createdAt: wire.createdAt,
  beneficiaryName: wire.metadata.beneficiaryName,
  // Assumed: nothing else changes a transaction between its retirement and its completion.
  retiredAt: wire.status === 'retired' ? wire.updatedAt : null,
  retirements: [],
  certificate: null,
});

/** Nobody can tell whose a row is that shows neither of the texts, whatever else can be read of it. */
const SHOWS_NEITHER = 'a row must show its metadata or its description, to tell whose it is';

/** A row that cannot be read, or can be but is of the window and may be anyone's. */
export const toUnreadRow = ({ clues, read, why }: TransactionRow, window: OrderWindow): UnreadRow | null => {
  const orderReferences = referencesIn(clues);
  const isAnyones = orderReferences === null && read !== null && couldBeWithin(window, read.createdAt);
  if (why === null && !isAnyones) return null;
  return {
    providerOrderId: clues.transaction_id?.[0] ?? null,
    orderReferences,
    detail: why?.message ?? SHOWS_NEITHER,
  };
};

/** A transaction of ours has its reference in both places, so one that shows either of them without it is not ours. */
const referencesIn = ({ metadata, description }: TransactionRow['clues']): readonly string[] | null => {
  const shown = [...(metadata ?? []), ...(description ?? [])];
  return shown.length === 0 ? null : shown.filter((reference) => reference !== null);
};

/** The smallest purchase: `min_volume` in whole tonnes, at least one. */
export const minimumOf = ({ min_volume }: ProjectWire): Grams =>
  grams(
    Decimal.max(min_volume?.ceil() ?? 1, 1)
      .times(TONNE)
      .toNumber(),
  );

/** A project is on sale without a title, too. */
const nameOf = ({ title, project_id }: ProjectWire): string => title ?? project_id;

export const toOffering = (wire: ProjectWire, fetchedAt: Date): Offering => ({
  provider: ONE_TRIBE,
  providerOfferingId: wire.project_id,
  kind: 'project',
  name: nameOf(wire),
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
    offeringName: nameOf(wire),
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
