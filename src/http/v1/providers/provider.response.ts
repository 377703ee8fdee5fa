import { PAUSE_REASONS, PROVIDER_HEALTHS, type PauseReason } from '../../../application/providers/list-providers.js';
import { CURRENCIES, type Currency } from '../../../domain/money.js';
import { PAYMENT_METHODS } from '../../../domain/providers/capabilities.js';
import { MassResponse } from '../../values/mass.response.js';
import { MoneyResponse } from '../../values/money.response.js';
import {
  PropBoolean,
  PropInteger,
  PropList,
  PropObject,
  PropText,
  PropTime,
  PropEnum,
  PropEnumList,
} from '../../validation/prop.js';

export class ProviderMassResponse {
  @PropObject(() => MassResponse, 'Orders are a whole multiple of this') step!: MassResponse;
  @PropObject(() => MassResponse, 'The smallest order') minimum!: MassResponse;
  @PropObject(() => MassResponse, 'The largest order; null: none known', { nullable: true })
  maximum!: MassResponse | null;
}

export class ProviderQuoteResponse {
  @PropEnum(['firm', 'indicative', 'computed'], 'What a price is worth') firmness!: string;
  @PropInteger('How long an offer can be ordered') valid_for_seconds!: number;
}

export class ProviderCancellationResponse {
  @PropEnumList(['placed', 'accepted'], 'The statuses in which an order can be cancelled') while!: readonly string[];
  @PropBoolean('Whether the money comes back; null: not said', { nullable: true }) refundable!: boolean | null;
}

export class ProviderCheckoutResponse {
  @PropInteger('How long a hosted page can be paid') expires_after_seconds!: number;
  @PropObject(() => MoneyResponse, 'The smallest total; null: none known', { nullable: true })
  minimum_total!: MoneyResponse | null;
}

export class ProviderResponse {
  @PropText('Provider id', { example: 'cnaught' }) id!: string;
  @PropText('For people', { example: 'CNaught' }) name!: string;
  @PropEnumList(PAYMENT_METHODS, 'How it can be paid, preferred first') payment_methods!: readonly string[];
  @PropEnum(CURRENCIES, 'What it charges') currency!: Currency;
  @PropObject(() => ProviderMassResponse, 'What can be ordered') mass!: ProviderMassResponse;
  @PropObject(() => ProviderQuoteResponse, 'What its quotes are') quote!: ProviderQuoteResponse;
  @PropObject(() => ProviderCancellationResponse, 'Null: cannot be cancelled once placed', { nullable: true })
  cancellation!: ProviderCancellationResponse | null;
  @PropObject(() => ProviderCheckoutResponse, 'Null: no hosted payment', { nullable: true })
  checkout!: ProviderCheckoutResponse | null;
  @PropEnumList(['certificate', 'retirement_link', 'serial_numbers', 'status_only'], 'The proof a completed order has')
  evidence!: readonly string[];
  @PropEnum(PROVIDER_HEALTHS, 'Whether its catalog, and how orders stand there, can be read') health!: string;
  @PropBoolean('No orders are sent there for now') paused!: boolean;
  @PropEnum(PAUSE_REASONS, 'Why; null: not paused', { nullable: true }) paused_for!: PauseReason | null;
  @PropTime('Since when; null: not paused', { nullable: true }) paused_since!: string | null;
}

export class ProviderListResponse {
  @PropList(() => ProviderResponse, 'Every enabled provider') data!: ProviderResponse[];
}
