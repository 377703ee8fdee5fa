import { Injectable } from '@nestjs/common';
import type { Offering } from '../../domain/catalog/offering.js';
import { AppError } from '../../domain/errors.js';
import type { Grams } from '../../domain/mass.js';
import type { PaymentMethod } from '../../domain/providers/capabilities.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ExchangeRates } from '../../domain/exchange-rates.js';
import type { Offer, Unavailable } from '../../domain/quotes/quote.js';
import { ProviderHealthRepository } from '../../persistence/providers/provider-health.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { Catalog } from '../catalog/catalog.js';
import { chooseOffering, massToOrder, type Rounding } from '../catalog/choose-offering.js';
import { callFor } from '../providers/provider-call.js';
import { failureOf } from '../providers/failure-of.js';

export interface OfferRequest {
  readonly mass: Grams;
  /** Null for every provider. */
  readonly providers: readonly string[] | null;
  readonly offering: Offering | null;
  /** Null for each provider's first. */
  readonly paymentMethod: PaymentMethod | null;
  readonly rounding: Rounding;
  readonly tenantId: string;
}

/** An order waits for its price. A caller who only asks waits behind orders where a quota is short. */
export type PricePurpose = 'order' | 'quote';

export type PricedOffer = Omit<Offer, 'id' | 'rank' | 'expiresAt'> & { readonly validForMs: number };

export interface CollectedOffers {
  /** Cheapest first, compared in US dollars; offers without a configured rate come last. */
  readonly offers: readonly PricedOffer[];
  readonly unavailable: readonly Unavailable[];
  readonly fx: { readonly date: string; readonly rates: Readonly<Record<string, string>> } | null;
}

/** A provider that does not price within this time is listed as timed out. */
const PRICING_DEADLINE_MS = 8_000;

/** Asks all providers for a price at once. One that cannot serve is listed with the reason, never left out. */
@Injectable()
export class CollectOffers {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly catalog: Catalog,
    private readonly health: ProviderHealthRepository,
    private readonly rates: ExchangeRates,
  ) {}

  async run(request: OfferRequest, purpose: PricePurpose): Promise<CollectedOffers> {
    const asked = this.providers
      .all()
      .filter(({ id }) => request.providers === null || request.providers.includes(id))
      .filter(({ id }) => request.offering === null || request.offering.provider === id);
    const results = await Promise.all(asked.map((provider) => this.ask(provider, request, purpose)));
    const offers = results.filter((result): result is PricedOffer => 'total' in result);
    const unavailable = results.filter((result): result is Unavailable => 'code' in result);
    const currencies = new Set(offers.map(({ total }) => total.currency));
    const fx = currencies.size > 1 ? { date: this.rates.date, rates: this.rates.shown(currencies) } : null;
    return { offers: this.cheapestFirst(offers), unavailable, fx };
  }

  private async ask(
    provider: OffsetProvider,
    request: OfferRequest,
    purpose: PricePurpose,
  ): Promise<PricedOffer | Unavailable> {
    const payment = request.paymentMethod ?? provider.capabilities.paymentMethods[0] ?? 'account';
    try {
      return await this.price(provider, request, payment, purpose);
    } catch (thrown) {
      return unavailable(provider, payment, thrown);
    }
  }

  private async price(
    provider: OffsetProvider,
    request: OfferRequest,
    payment: PaymentMethod,
    purpose: PricePurpose,
  ): Promise<PricedOffer> {
    const { quote: terms, paymentMethods } = provider.capabilities;
    if (!paymentMethods.includes(payment))
      throw new AppError('payment_method_not_supported', `${provider.displayName} cannot be paid by ${payment}.`);
    const pause = await this.health.pauseOf(provider.id);
    if (pause) throw new AppError('provider_paused', `${provider.displayName} takes no orders (${pause.reason}).`);
    const { offering, orderedMass } = request.offering
      ? {
          offering: request.offering,
          orderedMass: massToOrder(request.offering, provider, request.mass, request.rounding),
        }
      : chooseOffering(
          provider,
          await this.catalog.offeringsOf(provider, 'purchase'),
          request.mass,
          payment,
          request.rounding,
        );
    const { tenantId } = request;
    const call = { ...callFor('quote', null, PRICING_DEADLINE_MS), tenantId, isAwaited: purpose === 'order' };
    const { providerOfferingId } = offering;
    const quote = await provider.quote({ mass: orderedMass, paymentMethod: payment, providerOfferingId }, call);
    return {
      provider: provider.id,
      offering: { providerOfferingId, name: quote.offeringName },
      paymentMethod: payment,
      orderedMass,
      total: quote.total,
      perTonne: quote.perTonne,
      tax: quote.tax,
      firmness: terms.firmness,
      validForMs: terms.validForMs,
    };
  }

  private cheapestFirst(offers: readonly PricedOffer[]): PricedOffer[] {
    return [...offers].sort((a, b) => {
      const [usdA, usdB] = [this.rates.usdOf(a.total), this.rates.usdOf(b.total)];
      if (usdA === null || usdB === null) return (usdA === null ? 1 : 0) - (usdB === null ? 1 : 0);
      return usdA.comparedTo(usdB);
    });
  }
}

const unavailable = (provider: OffsetProvider, paymentMethod: PaymentMethod, thrown: unknown): Unavailable => {
  if (thrown instanceof AppError)
    return { provider: provider.id, paymentMethod, code: thrown.code, detail: thrown.message };
  const error = failureOf(provider, thrown, 'quote');
  const code = UNAVAILABLE_CODES[error.reason as keyof typeof UNAVAILABLE_CODES] ?? 'provider_unavailable';
  return { provider: provider.id, paymentMethod, code, detail: `${provider.displayName}: ${error.message}.` };
};

const UNAVAILABLE_CODES = {
  timed_out: 'timed_out',
  insufficient_supply: 'no_supply',
  mass_not_orderable: 'mass_not_orderable',
  offering_not_found: 'offering_not_found',
  invalid_request: 'provider_rejected',
  not_permitted: 'provider_rejected',
  rejected: 'provider_rejected',
  credentials: 'provider_paused',
  insufficient_credit: 'provider_paused',
} as const satisfies Record<string, Unavailable['code']>;
