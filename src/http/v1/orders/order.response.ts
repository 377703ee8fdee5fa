import { ApiExtraModels } from '@nestjs/swagger';
import type { OrderStatus } from '../../../domain/orders/lifecycle.js';
import type { ReviewReason } from '../../../domain/orders/review.js';
import type { StatusReason } from '../../../domain/orders/status-reasons.js';
import { PAYMENT_METHODS, type PaymentMethod } from '../../../domain/providers/capabilities.js';
import { POOL_STATUS_NAMES } from '../../../domain/pools/order-pool.js';
import { ComparisonResponse } from '../../values/comparison.response.js';
import { NearestMassesResponse, RefusalNumbersResponse } from '../../values/refusal.response.js';
import { MassResponse } from '../../values/mass.response.js';
import { MoneyResponse } from '../../values/money.response.js';
import {
  PropBoolean,
  PropCode,
  PropInteger,
  PropList,
  PropObject,
  PropText,
  PropMap,
  PropTime,
  PropEnum,
} from '../../openapi/prop.js';

export class OfferingNameResponse {
  @PropText('See GET /v1/offerings/{id}', { example: 'offering_2s0w7m7xj0h1tbnf09m3wrwe3d' }) id!: string;
  @PropText('Its name when the quote or order was made', { example: 'High Moor Peatland' }) name!: string;
}

export class OrderPriceResponse {
  @PropObject(() => MoneyResponse, 'Tax included') total!: MoneyResponse;
  @PropObject(() => MoneyResponse, 'The tax within the total, null if the provider states none', { nullable: true })
  tax!: MoneyResponse | null;
  @PropEnum(['charged', 'quoted', 'computed'], 'Where the price comes from') source!: string;
}

export class OrderBeneficiaryResponse {
  @PropText('Public and permanent on the registry', { example: 'Jane Smith' }) name!: string;
  @PropText('Private', { nullable: true }) email!: string | null;
}

export class ConsideredResponse {
  @PropText('Provider id', { example: 'cnaught' }) provider!: string;
  @PropObject(() => MoneyResponse, 'Its price, tax included, null if it made no offer', { nullable: true })
  total!: MoneyResponse | null;
  @PropObject(() => MassResponse, 'What would have been ordered, null if it made no offer', { nullable: true })
  ordered_mass!: MassResponse | null;
  @PropObject(() => ComparisonResponse, 'How its price was compared with the others, null if it made no offer', {
    nullable: true,
  })
  comparison!: ComparisonResponse | null;
  @PropCode('RoutingReason', 'Why it was chosen or not') reason!: string;
  @PropText('Why it made no offer, for people, with the numbers; null if it made one', {
    nullable: true,
    example: 'Carbonmark cannot be paid by account; possible: checkout.',
  })
  detail!: string | null;
  @PropObject(
    () => NearestMassesResponse,
    'What could be ordered from it instead, null if the mass is not the reason',
    {
      nullable: true,
    },
  )
  nearest!: NearestMassesResponse | null;
  @PropObject(() => RefusalNumbersResponse, 'The numbers of the reason, for programs') numbers!: RefusalNumbersResponse;
}

export class RoutingResponse {
  @PropCode('RoutingPolicy', 'How the provider was chosen') policy!: string;
  @PropList(() => ConsideredResponse, 'The providers that were compared, cheapest first')
  considered!: ConsideredResponse[];
}

export class CheckoutResponse {
  @PropText('Page of the hosted checkout, to send the payer to', { format: 'uri' }) url!: string;
  @PropEnum(['open', 'complete', 'expired'], 'State of the checkout') status!: string;
  @PropTime('When the checkout closes', { nullable: true }) expires_at!: string | null;
}

export class RetirementResponse {
  @PropText('Name of the project', { nullable: true }) project!: string | null;
  @PropText('Registry that holds the retirement', { nullable: true }) registry!: string | null;
  @PropInteger('Year of the reduction or removal', { nullable: true }) vintage!: number | null;
  @PropObject(() => MassResponse, 'Retired mass', { nullable: true }) mass!: MassResponse | null;
  @PropText('Serial numbers of the retired credits', { nullable: true }) serial_number_range!: string | null;
  @PropText('Public page of the retirement', { nullable: true }) url!: string | null;
  @PropText('Transaction of a retirement on a blockchain', {
    nullable: true,
    example: '0x5a1f0e3c9b7d2846e0c1f3a5b7d9e2c4a6f8b0d1e3c5a7f9b1d3e5c7a9f1b3d5',
  })
  transaction_hash!: string | null;
}

export class CertificateResponse {
  @PropText('Page that proves the retirement', { format: 'uri' }) url!: string;
  @PropText('The same as a PDF', { nullable: true }) pdf_url!: string | null;
}

export class PoolPurchaseResponse {
  @PropText("The provider's id of it", { nullable: true, example: 'tx_01h8xk2m' })
  provider_order_id!: string | null;
  @PropObject(() => MassResponse, 'All that was bought') mass!: MassResponse;
  @PropList(() => RetirementResponse, 'What was retired, as far as known') retirements!: RetirementResponse[];
  @PropObject(() => CertificateResponse, 'The proof of the retirement, once there is one', { nullable: true })
  certificate!: CertificateResponse | null;
}

export class OrderPoolResponse {
  @PropText('Pool id', { example: 'pool_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropEnum(POOL_STATUS_NAMES, 'How far it is; once it is sealed, nobody can leave it') status!: string;
  @PropTime('When it is sealed at the latest') closes_at!: string;
  @PropObject(
    () => PoolPurchaseResponse,
    'What it has bought, null before it is sealed. The order has `ordered_mass` of it, for its `price`',
    { nullable: true },
  )
  purchase!: PoolPurchaseResponse | null;
}

export class CancellationResponse {
  @PropBoolean('Whether the order can be cancelled now') possible!: boolean;
  @PropTime('Until when, null if the provider does not say', { nullable: true }) until!: string | null;
  @PropBoolean('Whether the money is refunded, null if the provider does not say', { nullable: true }) refundable!:
    boolean | null;
}

export class ReviewResponse {
  @PropCode('ReviewReason', 'Why a person must review the order') reason!: ReviewReason;
  @PropTime('Since when') since!: string;
}

@ApiExtraModels(MassResponse, MoneyResponse)
export class OrderResponse {
  @PropText('Order id', { example: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropText('The tenant that placed it', { example: 'ten_01jd4v2m0gf5c8q7k3x9w1z2r4' }) tenant_id!: string;
  @PropCode('OrderStatus', 'Where it is in its lifecycle: docs/lifecycle.md') status!: OrderStatus;
  @PropCode('StatusReason', 'Why it is in this status; null where the status says it all', { nullable: true })
  status_reason!: StatusReason | null;
  @PropText('The same for people, with the numbers and what the provider said', {
    nullable: true,
    example: 'CNaught asks 3.20 USD for 200 kg, more than the 3.00 USD that this order may cost.',
  })
  status_detail!: string | null;
  @PropText('Provider id', { example: 'cnaught' }) provider!: string;
  @PropText("The provider's id of the order", { nullable: true }) provider_order_id!: string | null;
  @PropText("The provider's own name for the status", { nullable: true }) provider_status!: string | null;
  @PropEnum(PAYMENT_METHODS, 'Who pays, and how') payment_method!: PaymentMethod;
  @PropObject(() => MassResponse, 'The mass in the request') requested_mass!: MassResponse;
  @PropObject(() => MassResponse, 'The mass ordered from the provider') ordered_mass!: MassResponse;
  @PropObject(() => MassResponse, 'What is ordered beyond the request, null if nothing is', { nullable: true })
  over_delivery!: MassResponse | null;
  @PropObject(() => OfferingNameResponse, 'What is bought') offering!: OfferingNameResponse;
  @PropObject(() => OrderPriceResponse, 'Null if not known yet', { nullable: true }) price!: OrderPriceResponse | null;
  @PropObject(() => OrderBeneficiaryResponse, 'On whose behalf') beneficiary!: OrderBeneficiaryResponse;
  @PropText('Public text on the registry', { nullable: true }) retirement_message!: string | null;
  @PropText('As given', { nullable: true }) description!: string | null;
  @PropText('As given', { nullable: true }) reference!: string | null;
  @PropMap('As given') metadata!: Record<string, string>;
  @PropMap('As given') labels!: Record<string, string>;
  @PropObject(() => RoutingResponse, 'Why this provider') routing!: RoutingResponse;
  @PropObject(() => CheckoutResponse, 'The hosted checkout, if there is one', { nullable: true })
  checkout!: CheckoutResponse | null;
  @PropList(() => RetirementResponse, 'What was retired, as far as known') retirements!: RetirementResponse[];
  @PropObject(() => CertificateResponse, 'The proof of the retirement, once there is one', { nullable: true })
  certificate!: CertificateResponse | null;
  @PropObject(() => OrderPoolResponse, 'The pool that it is bought in, null for nearly all orders', {
    nullable: true,
    example: null,
  })
  pool!: OrderPoolResponse | null;
  @PropObject(() => CancellationResponse, 'Whether the order can be cancelled') cancellation!: CancellationResponse;
  @PropObject(() => ReviewResponse, 'Set while a person must review the order', { nullable: true })
  review!: ReviewResponse | null;
  @PropTime('When the gateway accepted the order') created_at!: string;
  @PropTime('When the order last changed') updated_at!: string;
  @PropTime('When the provider acknowledged the order', { nullable: true }) placed_at!: string | null;
  @PropTime('When the credits were retired', { nullable: true }) retired_at!: string | null;
  @PropTime('When the order was complete, with its proof', { nullable: true }) completed_at!: string | null;
  @PropTime(
    'When the personal data of the order was erased: its beneficiary is called `erased`, and other texts of the caller are gone',
    { nullable: true, example: null },
  )
  personal_data_erased_at!: string | null;
  @PropInteger('Number of events of the order', { example: 3 }) version!: number;
}

export class OrderListResponse {
  @PropList(() => OrderResponse, 'Newest first') data!: OrderResponse[];
  @PropText('Cursor of the next page, null if this is the last', { nullable: true }) next_cursor!: string | null;
}
