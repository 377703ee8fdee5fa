import { offeringId } from '../../../application/catalog/offering-id.js';
import type { Grams } from '../../../domain/mass.js';
import { shareOf } from '../../../domain/money.js';
import type { Offer, Quote } from '../../../domain/quotes/quote.js';
import type { MoneyResponse } from '../../values/money.response.js';
import type { OfferResponse, QuoteResponse } from './quote.response.js';
import { presentMass, presentOverDelivery } from '../../values/mass.presenter.js';
import { presentMoney } from '../../values/money.presenter.js';
import { presentComparison } from '../../values/comparison.presenter.js';
import { presentUnavailable } from '../../values/refusal.presenter.js';
import { presentTime } from '../../values/time.presenter.js';

export const presentQuote = (quote: Quote): QuoteResponse => ({
  id: quote.id,
  created_at: presentTime(quote.createdAt),
  expires_at: presentTime(quote.expiresAt),
  requested_mass: presentMass(quote.requestedMass),
  offers: quote.offers.map((offer) => presentOffer(offer, quote)),
  unavailable: quote.unavailable.map(presentUnavailable),
  fx: quote.fx && { date: quote.fx.date, usd_per: quote.fx.rates },
});

const presentOffer = (offer: Offer, { requestedMass, fx }: Quote): OfferResponse => ({
  id: offer.id,
  rank: offer.rank,
  provider: offer.provider,
  offering: {
    id: offeringId({ provider: offer.provider, providerOfferingId: offer.offering.providerOfferingId }),
    name: offer.offering.name,
  },
  payment_method: offer.paymentMethod,
  ordered_mass: presentMass(offer.orderedMass),
  over_delivery: presentOverDelivery(requestedMass, offer.orderedMass),
  price: {
    total: presentMoney(offer.total),
    per_tonne: presentMoney(offer.perTonne),
    tax: offer.tax && presentMoney(offer.tax),
    over_delivery: presentExcess(offer, requestedMass),
  },
  comparison: presentComparison(offer.total, fx),
  firmness: offer.firmness,
  expires_at: presentTime(offer.expiresAt),
});

const presentExcess = ({ total, orderedMass }: Offer, requestedMass: Grams): MoneyResponse | null =>
  orderedMass > requestedMass ? presentMoney(shareOf(total, orderedMass - requestedMass, orderedMass)) : null;
