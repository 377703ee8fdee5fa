import { PAUSE_REASONS, PROVIDER_HEALTHS, type PauseReason } from '../../../application/providers/list-providers.js';
import { CURRENCIES, type Currency } from '../../../domain/money.js';
import { PAYMENT_METHODS, type Firmness } from '../../../domain/providers/capabilities.js';
import { SWITCH_OPERATION_NAMES } from '../../../domain/switches/switch.js';
import { MassRuleResponse } from '../../values/refusal.response.js';
import { MoneyResponse } from '../../values/money.response.js';
import {
  PropBoolean,
  PropCode,
  PropInteger,
  PropList,
  PropObject,
  PropText,
  PropTime,
  PropEnum,
  PropEnumList,
} from '../../openapi/prop.js';

export class ProviderQuoteResponse {
  @PropCode('Firmness', 'What its prices promise') firmness!: Firmness;
  @PropInteger('How long an offer can be ordered', { example: 600 }) valid_for_seconds!: number;
}

export class ProviderCancellationResponse {
  @PropEnumList(['placed', 'accepted'], 'The statuses in which an order can be cancelled') while!: readonly string[];
  @PropBoolean('Whether the money is refunded, null if the provider does not say', { nullable: true }) refundable!:
    boolean | null;
}

export class ProviderCheckoutResponse {
  @PropInteger('How long a hosted checkout stays open', { example: 86_400 }) expires_after_seconds!: number;
  @PropObject(() => MoneyResponse, 'The smallest total, null if no limit is known', { nullable: true })
  minimum_total!: MoneyResponse | null;
  @PropObject(() => MoneyResponse, 'The largest total, null if no limit is known', { nullable: true })
  maximum_total!: MoneyResponse | null;
}

export class ProviderQuotaResponse {
  @PropEnum(['reads', 'writes', 'all'], 'Which calls it counts') counts!: string;
  @PropInteger('How many of them', { example: 180 }) requests!: number;
  @PropInteger('In how many seconds', { example: 60 }) per_seconds!: number;
}

export class ProviderSwitchResponse {
  @PropEnum(SWITCH_OPERATION_NAMES, 'What is not done there for now') operation!: string;
  @PropText('Why', { example: 'CNaught is being moved to another account' }) reason!: string;
  @PropTime('Since when') since!: string;
  @PropTime('Until when at most') until!: string;
}

export class ProviderResponse {
  @PropText('Provider id', { example: 'cnaught' }) id!: string;
  @PropText('Display name', { example: 'CNaught' }) name!: string;
  @PropEnumList(PAYMENT_METHODS, 'Supported payment methods, preferred first') payment_methods!: readonly string[];
  @PropEnum(CURRENCIES, 'Currency of its prices') currency!: Currency;
  @PropObject(() => MassRuleResponse, 'Which masses can be ordered') mass!: MassRuleResponse;
  @PropObject(() => ProviderQuoteResponse, 'What its quotes promise') quote!: ProviderQuoteResponse;
  @PropObject(() => ProviderCancellationResponse, 'Null if a placed order cannot be cancelled', { nullable: true })
  cancellation!: ProviderCancellationResponse | null;
  @PropObject(() => ProviderCheckoutResponse, 'Null if there is no hosted checkout', { nullable: true })
  checkout!: ProviderCheckoutResponse | null;
  @PropList(
    () => ProviderQuotaResponse,
    'How often this gateway calls it at most. Purchases go first; where it is short, tenants take turns',
  )
  quota!: ProviderQuotaResponse[];
  @PropEnumList(['certificate', 'retirement_link', 'serial_numbers', 'status_only'], 'What proves a completed order')
  evidence!: readonly string[];
  @PropEnum(PROVIDER_HEALTHS, 'Whether its catalog and the state of orders could be read when last tried')
  health!: string;
  @PropTime('When its catalog was last tried, null if it was not yet. It is tried in the background', {
    nullable: true,
  })
  checked_at!: string | null;
  @PropBoolean('Whether no orders are sent to it for now', { example: false }) paused!: boolean;
  @PropEnum(PAUSE_REASONS, 'Why it is paused, null if it is not', { nullable: true }) paused_for!: PauseReason | null;
  @PropTime('When the pause began, null if it is not paused', { nullable: true }) paused_since!: string | null;
  @PropTime('When it is asked whether it is back, null if it is not paused. A pause ends by an answer', {
    nullable: true,
  })
  asked_again_at!: string | null;
  @PropList(() => ProviderSwitchResponse, 'What the operators have switched off there, for you or for all')
  switched_off!: ProviderSwitchResponse[];
}

export class ProviderListResponse {
  @PropList(() => ProviderResponse, 'Every enabled provider') data!: ProviderResponse[];
}
