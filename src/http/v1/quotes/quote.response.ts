import { ERROR_CODES } from '../../../domain/errors.js';
import { PAYMENT_METHODS, type PaymentMethod } from '../../../domain/providers/capabilities.js';
import { MassResponse } from '../mass/mass.response.js';
import { MoneyResponse } from '../money/money.response.js';
import { OfferingNameResponse } from '../orders/order.response.js';
import {
  ShownInteger,
  ShownList,
  ShownObject,
  ShownText,
  ShownTexts,
  ShownTime,
  ShownWord,
} from '../../validation/shown.js';

export class OfferPriceResponse {
  @ShownObject(() => MoneyResponse, 'Tax included') total!: MoneyResponse;
  @ShownObject(() => MoneyResponse, 'Total per tonne') per_tonne!: MoneyResponse;
  @ShownObject(() => MoneyResponse, 'The tax within the total; null: none spoken of', { nullable: true })
  tax!: MoneyResponse | null;
}

export class OfferResponse {
  @ShownText('Orders exactly this, as `offer_id`', { example: 'off_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @ShownInteger('1 is the cheapest', { example: 1 }) rank!: number;
  @ShownText('Provider id', { example: 'cnaught' }) provider!: string;
  @ShownObject(() => OfferingNameResponse, 'What would be bought') offering!: OfferingNameResponse;
  @ShownWord(PAYMENT_METHODS, 'Who pays, and how') payment_method!: PaymentMethod;
  @ShownObject(() => MassResponse, 'What would be ordered') ordered_mass!: MassResponse;
  @ShownObject(() => MassResponse, 'Beyond what was asked for; null: nothing', { nullable: true })
  over_delivery!: MassResponse | null;
  @ShownObject(() => OfferPriceResponse, 'The price now') price!: OfferPriceResponse;
  @ShownWord(
    ['firm', 'indicative', 'computed'],
    'What the price is worth: binding, said by the provider, or reckoned here',
  )
  firmness!: string;
  @ShownTime('Cannot be ordered after this') expires_at!: string;
}

export class QuoteUnavailableResponse {
  @ShownText('Provider id') provider!: string;
  @ShownWord([...ERROR_CODES, 'timed_out', 'no_supply'], 'Why it cannot serve') code!: string;
  @ShownText('The same for people') detail!: string;
}

export class ExchangeResponse {
  @ShownText('Day of the rates', { format: 'date', example: '2026-11-20' }) date!: string;
  @ShownTexts('US dollars per unit of each currency', { example: { USD: '1', GBP: '1.25' } })
  usd_per!: Record<string, string>;
}

export class QuoteResponse {
  @ShownText('Quote id', { example: 'quo_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @ShownTime('When it was made') created_at!: string;
  @ShownTime('When the first of its offers expires') expires_at!: string;
  @ShownObject(() => MassResponse, 'What was asked for') requested_mass!: MassResponse;
  @ShownList(() => OfferResponse, 'Cheapest first') offers!: OfferResponse[];
  @ShownList(() => QuoteUnavailableResponse, 'Who was asked and cannot serve') unavailable!: QuoteUnavailableResponse[];
  @ShownObject(() => ExchangeResponse, 'The rates that the ranking used; null: none', { nullable: true })
  fx!: ExchangeResponse | null;
}
