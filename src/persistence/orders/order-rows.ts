import { grams } from '../../domain/mass.js';
import { money, type Currency, type Money } from '../../domain/money.js';
import type { OrderStatus } from '../../domain/orders/lifecycle.js';
import type { Order, PriceSource, Routing } from '../../domain/orders/order.js';
import type { ReviewReason } from '../../domain/orders/review.js';
import type { Attempt, AttemptOutcome } from '../../domain/purchases/attempt.js';
import type { PaymentMethod } from '../../domain/providers/capabilities.js';
import type { FailureReason } from '../../domain/providers/provider-error.js';
import type { Certificate, ProviderId, Retirement } from '../../domain/providers/provider.js';
import type { Prisma } from '../generated/client.js';

export const WITH_CHECKOUT = {
  checkoutSessions: { orderBy: { id: 'desc' }, take: 1 },
} as const satisfies Prisma.OrderInclude;

/** As `isUnknown` says it of an attempt. */
export const UNKNOWN_OUTCOME = {
  OR: [{ outcome: null }, { outcome: 'ambiguous' }],
} satisfies Prisma.AttemptWhereInput;

export type OrderRow = Prisma.OrderGetPayload<{ include: typeof WITH_CHECKOUT }>;
export type AttemptRow = Prisma.AttemptGetPayload<object>;

export const moneyFromColumns = (amount: Prisma.Decimal | null, currency: string | null): Money | null =>
  amount === null || currency === null ? null : money(amount.toString(), currency as Currency);

export const orderFromRow = (row: OrderRow): Order => {
  const total = moneyFromColumns(row.priceAmount, row.priceCurrency);
  const [session] = row.checkoutSessions;
  return {
    id: row.id,
    tenantId: row.tenantId,
    status: row.status as OrderStatus,
    statusReason: row.statusReason,
    provider: row.provider as ProviderId,
    providerOfferingId: row.providerOfferingId,
    offeringName: row.offeringName,
    providerOrderId: row.providerOrderId,
    providerStatus: row.providerStatus,
    paymentMethod: row.paymentMethod as PaymentMethod,
    requestedMass: grams(Number(row.requestedGrams)),
    orderedMass: grams(Number(row.orderedGrams)),
    price: total && { total, source: row.priceSource as PriceSource },
    quoted: moneyFromColumns(row.quotedAmount, row.quotedCurrency),
    maxTotal: moneyFromColumns(row.maxTotalAmount, row.maxTotalCurrency),
    beneficiary: { name: row.beneficiaryName, email: row.beneficiaryEmail },
    retirementMessage: row.retirementMessage,
    description: row.description,
    reference: row.reference,
    metadata: row.metadata as Record<string, string>,
    labels: row.labels as Record<string, string>,
    routing: row.routing as unknown as Routing,
    offerId: row.offerId,
    successUrl: row.successUrl,
    cancelUrl: row.cancelUrl,
    webhookUrl: row.callbackUrl,
    checkout: session
      ? { url: session.url, status: session.status as 'open' | 'complete' | 'expired', expiresAt: session.expiresAt }
      : null,
    retirements: row.retirements as unknown as Retirement[],
    certificate: row.certificate as unknown as Certificate | null,
    review:
      row.reviewReason && row.reviewSince ? { reason: row.reviewReason as ReviewReason, since: row.reviewSince } : null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    placedAt: row.placedAt,
    retiredAt: row.retiredAt,
    completedAt: row.completedAt,
    version: row.version,
  };
};

export const attemptFromRow = (row: AttemptRow): Attempt => ({
  number: row.number,
  generation: row.generation,
  startedAt: row.startedAt,
  sendDeadlineAt: row.sendDeadlineAt,
  outcome: row.outcome as AttemptOutcome,
  reason: row.reason as FailureReason | null,
});
