import { Injectable } from '@nestjs/common';
import { offeringId } from '../../../application/catalog/offering-id.js';
import { CancellationTerms, type Cancellation } from '../../../application/orders/cancellation-terms.js';
import type { Order, Routing } from '../../../domain/orders/order.js';
import type { OrderPool } from '../../../domain/pools/order-pool.js';
import type { Certificate, Retirement } from '../../../domain/providers/calls.js';
import type {
  CertificateResponse,
  OrderPoolResponse,
  OrderResponse,
  RetirementResponse,
  RoutingResponse,
} from './order.response.js';
import { money } from '../../../domain/money.js';
import { presentComparison } from '../../values/comparison.presenter.js';
import { presentNearest, presentNumbers, presentPlainMoney } from '../../values/refusal.presenter.js';
import { presentMass, presentOverDelivery } from '../../values/mass.presenter.js';
import { presentMoney } from '../../values/money.presenter.js';
import { presentTime, presentTimeOrNull } from '../../values/time.presenter.js';

@Injectable()
export class OrderPresenter {
  constructor(private readonly cancellations: CancellationTerms) {}

  present(order: Order): OrderResponse {
    return presentOrder(order, this.cancellations.of(order));
  }
}

export const presentOrder = (order: Order, cancellation: Cancellation): OrderResponse => ({
  id: order.id,
  tenant_id: order.tenantId,
  status: order.status,
  status_reason: order.statusReason,
  status_detail: order.statusDetail,
  provider: order.provider,
  provider_order_id: order.providerOrderId,
  provider_status: order.providerStatus,
  payment_method: order.paymentMethod,
  requested_mass: presentMass(order.requestedMass),
  ordered_mass: presentMass(order.orderedMass),
  over_delivery: presentOverDelivery(order.requestedMass, order.orderedMass),
  offering: { id: offeringId(order), name: order.offeringName },
  price: order.price && {
    total: presentMoney(order.price.total),
    tax: order.priceTax && presentMoney(order.priceTax),
    source: order.price.source,
  },
  beneficiary: { name: order.beneficiary.name, email: order.beneficiary.email },
  retirement_message: order.retirementMessage,
  description: order.description,
  reference: order.reference,
  metadata: order.metadata,
  labels: order.labels,
  routing: presentRouting(order.routing),
  checkout: order.checkout && {
    url: order.checkout.url,
    status: order.checkout.status,
    expires_at: presentTimeOrNull(order.checkout.expiresAt),
  },
  retirements: order.retirements.map(presentRetirement),
  certificate: presentCertificate(order.certificate),
  pool: order.pool && presentPool(order.pool),
  cancellation: { possible: cancellation.possible, until: null, refundable: cancellation.refundable },
  review: order.review && { reason: order.review.reason, since: presentTime(order.review.since) },
  created_at: presentTime(order.createdAt),
  updated_at: presentTime(order.updatedAt),
  placed_at: presentTimeOrNull(order.placedAt),
  retired_at: presentTimeOrNull(order.retiredAt),
  completed_at: presentTimeOrNull(order.completedAt),
  personal_data_erased_at: presentTimeOrNull(order.personalDataErasedAt),
  version: order.version,
});

const presentPool = ({ id, status, closesAt, purchase }: OrderPool): OrderPoolResponse => ({
  id,
  status,
  closes_at: presentTime(closesAt),
  purchase: purchase && {
    provider_order_id: purchase.providerOrderId,
    mass: presentMass(purchase.mass),
    retirements: purchase.retirements.map(presentRetirement),
    certificate: presentCertificate(purchase.certificate),
  },
});

const presentCertificate = (certificate: Certificate | null): CertificateResponse | null =>
  certificate && { url: certificate.url, pdf_url: certificate.pdfUrl };

const presentRouting = ({ policy, considered, fx }: Routing): RoutingResponse => ({
  policy,
  considered: considered.map(({ provider, total, orderedMass, reason, detail, nearest, numbers }) => ({
    provider,
    total: total && presentPlainMoney(total),
    ordered_mass: orderedMass && presentMass(orderedMass),
    comparison: total && presentComparison(money(total.amount, total.currency), fx),
    reason,
    detail,
    nearest: nearest && presentNearest(nearest),
    numbers: presentNumbers(numbers),
  })),
});

const presentRetirement = (retirement: Retirement): RetirementResponse => ({
  project: retirement.project,
  registry: retirement.registry,
  vintage: retirement.vintage,
  mass: retirement.mass === null ? null : presentMass(retirement.mass),
  serial_number_range: retirement.serialNumberRange,
  url: retirement.url,
  transaction_hash: retirement.transactionHash,
});
