import { ERROR_CODES } from '../../../domain/errors.js';
import { PAYMENT_METHODS, type PaymentMethod } from '../../../domain/providers/capabilities.js';
import { MassResponse } from '../../values/mass.response.js';
import { MoneyResponse } from '../../values/money.response.js';
import { OfferingNameResponse } from '../orders/order.response.js';
import { PropInteger, PropList, PropObject, PropText, PropMap, PropTime, PropEnum } from '../../openapi/prop.js';

export class OfferPriceResponse {
  @PropObject(() => MoneyResponse, 'Tax included') total!: MoneyResponse;
  @PropObject(() => MoneyResponse, 'Total per tonne') per_tonne!: MoneyResponse;
  @PropObject(() => MoneyResponse, 'Tax within the total, null if the provider states none', { nullable: true })
  tax!: MoneyResponse | null;
}

export class OfferResponse {
  @PropText('To order exactly this offer, send it as `offer_id`', { example: 'off_01jd4v2m0gf5c8q7k3x9w1z2r4' })
  id!: string;
  @PropInteger('1 is the cheapest', { example: 1 }) rank!: number;
  @PropText('Provider id', { example: 'cnaught' }) provider!: string;
  @PropObject(() => OfferingNameResponse, 'What would be bought') offering!: OfferingNameResponse;
  @PropEnum(PAYMENT_METHODS, 'Who pays, and how') payment_method!: PaymentMethod;
  @PropObject(() => MassResponse, 'What would be ordered') ordered_mass!: MassResponse;
  @PropObject(() => MassResponse, 'What would be ordered beyond the request, null if nothing', { nullable: true })
  over_delivery!: MassResponse | null;
  @PropObject(() => OfferPriceResponse, 'The price now') price!: OfferPriceResponse;
  @PropEnum(
    ['firm', 'indicative', 'computed'],
    'Whether the price binds the provider, is an estimate of the provider, or was computed here',
  )
  firmness!: string;
  @PropTime('When the offer can no longer be ordered') expires_at!: string;
}

export class QuoteUnavailableResponse {
  @PropText('Provider id') provider!: string;
  @PropEnum([...ERROR_CODES, 'timed_out', 'no_supply'], 'Why it cannot serve') code!: string;
  @PropText('The reason, for people') detail!: string;
}

export class ExchangeResponse {
  @PropText('Day of the rates', { format: 'date', example: '2026-11-20' }) date!: string;
  @PropMap('US dollars per unit of each currency', { example: { USD: '1', GBP: '1.25' } })
  usd_per!: Record<string, string>;
}

export class QuoteResponse {
  @PropText('Quote id', { example: 'quo_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropTime('When the quote was made') created_at!: string;
  @PropTime('When the first of its offers expires') expires_at!: string;
  @PropObject(() => MassResponse, 'The mass in the request') requested_mass!: MassResponse;
  @PropList(() => OfferResponse, 'Cheapest first') offers!: OfferResponse[];
  @PropList(() => QuoteUnavailableResponse, 'Providers that were asked and cannot serve')
  unavailable!: QuoteUnavailableResponse[];
  @PropObject(() => ExchangeResponse, 'The exchange rates used for the ranking, null if none were needed', {
    nullable: true,
  })
  fx!: ExchangeResponse | null;
}
