import { ApiExtraModels } from '@nestjs/swagger';
import { ORDER_STATUSES, type OrderStatus } from '../../../domain/orders/lifecycle.js';
import { REVIEW_REASONS } from '../../../domain/orders/review.js';
import { PAYMENT_METHODS, type PaymentMethod } from '../../../domain/providers/capabilities.js';
import { MassResponse } from '../mass/mass.response.js';
import { MoneyResponse } from '../money/money.response.js';
import {
  ShownFlag,
  ShownInteger,
  ShownList,
  ShownObject,
  ShownText,
  ShownTexts,
  ShownTime,
  ShownWord,
} from '../../validation/shown.js';

export class OfferingNameResponse {
  @ShownText('See GET /v1/offerings/{id}') id!: string;
  @ShownText('As it was called when it was chosen') name!: string;
}

export class OrderPriceResponse {
  @ShownObject(() => MoneyResponse, 'Tax included') total!: MoneyResponse;
  @ShownWord(['charged', 'quoted', 'computed'], 'What the price rests on') source!: string;
}

export class OrderBeneficiaryResponse {
  @ShownText('Public and permanent on the registry', { example: 'Jane Smith' }) name!: string;
  @ShownText('Private', { nullable: true }) email!: string | null;
}

export class ConsideredResponse {
  @ShownText('Provider id') provider!: string;
  @ShownObject(() => MoneyResponse, 'Its price; null: it made none', { nullable: true }) total!: MoneyResponse | null;
  @ShownText('Why it was chosen or not', { example: 'cheapest' }) reason!: string;
}

export class RoutingResponse {
  @ShownWord(['named_by_caller', 'offer', 'cheapest'], 'How the provider was chosen') policy!: string;
  @ShownList(() => ConsideredResponse, 'Who was compared') considered!: ConsideredResponse[];
}

export class CheckoutResponse {
  @ShownText('The hosted page to send the payer to', { format: 'uri' }) url!: string;
  @ShownWord(['open', 'complete', 'expired'], 'State of the page') status!: string;
  @ShownTime('After this the page cannot be paid', { nullable: true }) expires_at!: string | null;
}

export class RetirementResponse {
  @ShownText('Name of the project', { nullable: true }) project!: string | null;
  @ShownText('Keeper of the retirement', { nullable: true }) registry!: string | null;
  @ShownInteger('Year of the reduction or removal', { nullable: true }) vintage!: number | null;
  @ShownObject(() => MassResponse, 'Retired mass', { nullable: true }) mass!: MassResponse | null;
  @ShownText('Identity of the very credits', { nullable: true }) serial_number_range!: string | null;
  @ShownText('Where the retirement can be seen', { nullable: true }) url!: string | null;
  @ShownText('Of a retirement on a chain', { nullable: true }) transaction_hash!: string | null;
}

export class CertificateResponse {
  @ShownText('Page that proves the retirement', { format: 'uri' }) url!: string;
  @ShownText('The same as a document', { nullable: true }) pdf_url!: string | null;
}

export class CancellationResponse {
  @ShownFlag('Whether it can be cancelled as it stands') possible!: boolean;
  @ShownTime('Until when; null: nobody says', { nullable: true }) until!: string | null;
  @ShownFlag('Whether the money comes back; null: nobody says', { nullable: true }) refundable!: boolean | null;
}

export class ReviewResponse {
  @ShownWord(Object.keys(REVIEW_REASONS), 'Why a person has to look') reason!: string;
  @ShownTime('Since when') since!: string;
}

@ApiExtraModels(MassResponse, MoneyResponse)
export class OrderResponse {
  @ShownText('Order id', { example: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @ShownWord(ORDER_STATUSES, 'See docs/lifecycle.md', { example: 'placed' }) status!: OrderStatus;
  @ShownText('Why it is in this status, as a code', { nullable: true }) status_reason!: string | null;
  @ShownText('Provider id', { example: 'cnaught' }) provider!: string;
  @ShownText("The provider's id of the order", { nullable: true }) provider_order_id!: string | null;
  @ShownText("The provider's own word for its status", { nullable: true }) provider_status!: string | null;
  @ShownWord(PAYMENT_METHODS, 'Who pays, and how') payment_method!: PaymentMethod;
  @ShownObject(() => MassResponse, 'What was asked for') requested_mass!: MassResponse;
  @ShownObject(() => MassResponse, 'What is ordered at the provider') ordered_mass!: MassResponse;
  @ShownObject(() => MassResponse, 'The difference; null: none', { nullable: true })
  over_delivery!: MassResponse | null;
  @ShownObject(() => OfferingNameResponse, 'What is bought') offering!: OfferingNameResponse;
  @ShownObject(() => OrderPriceResponse, 'Null: not known yet', { nullable: true }) price!: OrderPriceResponse | null;
  @ShownObject(() => OrderBeneficiaryResponse, 'On whose behalf') beneficiary!: OrderBeneficiaryResponse;
  @ShownText('Public text on the registry', { nullable: true }) retirement_message!: string | null;
  @ShownText('As given', { nullable: true }) description!: string | null;
  @ShownText('As given', { nullable: true }) reference!: string | null;
  @ShownTexts('As given') metadata!: Record<string, string>;
  @ShownTexts('As given') labels!: Record<string, string>;
  @ShownObject(() => RoutingResponse, 'Why this provider') routing!: RoutingResponse;
  @ShownObject(() => CheckoutResponse, 'The hosted page, if any', { nullable: true })
  checkout!: CheckoutResponse | null;
  @ShownList(() => RetirementResponse, 'What was retired, as far as it is known') retirements!: RetirementResponse[];
  @ShownObject(() => CertificateResponse, 'Proof, once there is one', { nullable: true })
  certificate!: CertificateResponse | null;
  @ShownObject(() => CancellationResponse, 'Whether it can be undone') cancellation!: CancellationResponse;
  @ShownObject(() => ReviewResponse, 'Set while a person has to look', { nullable: true })
  review!: ReviewResponse | null;
  @ShownTime('Accepted here') created_at!: string;
  @ShownTime('Last change') updated_at!: string;
  @ShownTime('Acknowledged by the provider', { nullable: true }) placed_at!: string | null;
  @ShownTime('Credits retired', { nullable: true }) retired_at!: string | null;
  @ShownTime('Done, with its proof', { nullable: true }) completed_at!: string | null;
  @ShownInteger('Counts the events of the order', { example: 3 }) version!: number;
}

export class OrderListResponse {
  @ShownList(() => OrderResponse, 'Newest first') data!: OrderResponse[];
  @ShownText('For the next page; null: this was the last', { nullable: true }) next_cursor!: string | null;
}
