import { PAUSE_REASONS, PROVIDER_HEALTHS, type PauseReason } from '../../../application/providers/list-providers.js';
import { CURRENCIES, type Currency } from '../../../domain/money.js';
import { PAYMENT_METHODS } from '../../../domain/providers/capabilities.js';
import { MassResponse } from '../mass/mass.response.js';
import { MoneyResponse } from '../money/money.response.js';
import {
  ShownFlag,
  ShownInteger,
  ShownList,
  ShownObject,
  ShownText,
  ShownTime,
  ShownWord,
  ShownWords,
} from '../../validation/shown.js';

export class ProviderMassResponse {
  @ShownObject(() => MassResponse, 'Orders are a whole multiple of this') step!: MassResponse;
  @ShownObject(() => MassResponse, 'The smallest order') minimum!: MassResponse;
  @ShownObject(() => MassResponse, 'The largest order; null: none known', { nullable: true })
  maximum!: MassResponse | null;
}

export class ProviderQuoteResponse {
  @ShownWord(['firm', 'indicative', 'computed'], 'What a price is worth') firmness!: string;
  @ShownInteger('How long an offer can be ordered') valid_for_seconds!: number;
}

export class ProviderCancellationResponse {
  @ShownWords(['placed', 'accepted'], 'The statuses in which an order can be cancelled') while!: readonly string[];
  @ShownFlag('Whether the money comes back; null: not said', { nullable: true }) refundable!: boolean | null;
}

export class ProviderCheckoutResponse {
  @ShownInteger('How long a hosted page can be paid') expires_after_seconds!: number;
  @ShownObject(() => MoneyResponse, 'The smallest total; null: none known', { nullable: true })
  minimum_total!: MoneyResponse | null;
}

export class ProviderResponse {
  @ShownText('Provider id', { example: 'cnaught' }) id!: string;
  @ShownText('For people', { example: 'CNaught' }) name!: string;
  @ShownWords(PAYMENT_METHODS, 'How it can be paid, preferred first') payment_methods!: readonly string[];
  @ShownWord(CURRENCIES, 'What it charges') currency!: Currency;
  @ShownObject(() => ProviderMassResponse, 'What can be ordered') mass!: ProviderMassResponse;
  @ShownObject(() => ProviderQuoteResponse, 'What its quotes are') quote!: ProviderQuoteResponse;
  @ShownObject(() => ProviderCancellationResponse, 'Null: cannot be cancelled once placed', { nullable: true })
  cancellation!: ProviderCancellationResponse | null;
  @ShownObject(() => ProviderCheckoutResponse, 'Null: no hosted payment', { nullable: true })
  checkout!: ProviderCheckoutResponse | null;
  @ShownWords(['certificate', 'retirement_link', 'serial_numbers', 'status_only'], 'The proof a completed order has')
  evidence!: readonly string[];
  @ShownWord(PROVIDER_HEALTHS, 'Whether its catalogue, and how orders stand there, can be read') health!: string;
  @ShownFlag('No orders are sent there for now') paused!: boolean;
  @ShownWord(PAUSE_REASONS, 'Why; null: not paused', { nullable: true }) paused_for!: PauseReason | null;
  @ShownTime('Since when; null: not paused', { nullable: true }) paused_since!: string | null;
}

export class ProviderListResponse {
  @ShownList(() => ProviderResponse, 'Every enabled provider') data!: ProviderResponse[];
}
