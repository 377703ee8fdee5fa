import { PAYMENT_METHODS, type Firmness, type PaymentMethod } from '../../../domain/providers/capabilities.js';
import { MassResponse } from '../../values/mass.response.js';
import { ComparisonResponse } from '../../values/comparison.response.js';
import { UnavailableResponse } from '../../values/refusal.response.js';
import { MoneyResponse } from '../../values/money.response.js';
import { OfferingNameResponse } from '../orders/order.response.js';
import {
  PropCode,
  PropInteger,
  PropList,
  PropObject,
  PropText,
  PropMap,
  PropTime,
  PropEnum,
} from '../../openapi/prop.js';

export class OfferPriceResponse {
  @PropObject(() => MoneyResponse, 'Tax included') total!: MoneyResponse;
  @PropObject(() => MoneyResponse, 'Total per tonne') per_tonne!: MoneyResponse;
  @PropObject(() => MoneyResponse, 'Tax within the total, null if the provider states none', { nullable: true })
  tax!: MoneyResponse | null;
  @PropObject(
    () => MoneyResponse,
    'The share of the total that is for `over_delivery`, by mass: exact, rounded to a millionth. Null if nothing is',
    { nullable: true },
  )
  over_delivery!: MoneyResponse | null;
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
  @PropObject(() => ComparisonResponse, 'How its total was compared with those of the other offers')
  comparison!: ComparisonResponse;
  @PropCode('Firmness', 'What the price promises') firmness!: Firmness;
  @PropTime('When the offer can no longer be ordered') expires_at!: string;
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
  @PropList(() => UnavailableResponse, 'Every other provider that was asked or named, with the reason')
  unavailable!: UnavailableResponse[];
  @PropObject(() => ExchangeResponse, 'The exchange rates used for the ranking, null if none were needed', {
    nullable: true,
  })
  fx!: ExchangeResponse | null;
}
