import { Injectable } from '@nestjs/common';
import { expectedTotal, type Offering } from '../../domain/catalog/offering.js';
import { AppError } from '../../domain/errors.js';
import { brokenLimit } from '../../domain/catalog/limits.js';
import type { Grams } from '../../domain/mass.js';
import type { Money } from '../../domain/money.js';
import type { PaymentMethod } from '../../domain/providers/capabilities.js';
import type { ProviderQuote } from '../../domain/providers/calls.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ExchangeRates } from '../../domain/exchange-rates.js';
import type { OrderTexts } from '../../domain/providers/text-limits.js';
import type { Offer, Unavailable } from '../../domain/quotes/quote.js';
import { PurchaseThrottle } from '../providers/purchase-throttle.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { Catalog } from '../catalog/catalog.js';
import {
  chooseOffering,
  refused,
  takeOffering,
  type Choice,
  type Rounding,
  type Wish,
} from '../catalog/choose-offering.js';
import { callFor } from '../providers/provider-call.js';
import { failureOf } from '../providers/failure-of.js';
import { within } from '../within.js';

/** An order waits for its price. A caller who only asks waits behind orders where a quota is short. */
export type PricePurpose = 'order' | 'quote';

/** For whom a price is asked, and for how long they wait. */
export interface PriceAsker {
  readonly tenantId: string;
  readonly purpose: PricePurpose;
  /** A provider that does not price within this time is listed as timed out; 0 to ask nobody and go by list prices. */
  readonly waitMs: number;
}

export interface OfferRequest extends PriceAsker {
  readonly mass: Grams;
  /** Null for every provider. */
  readonly providers: readonly string[] | null;
  readonly offering: Offering | null;
  /** Null for each provider's first. */
  readonly paymentMethod: PaymentMethod | null;
  readonly rounding: Rounding;
  /** Null where they are not known yet. */
  readonly texts: OrderTexts | null;
  readonly maxTotal: Money | null;
}

export type PricedOffer = Omit<Offer, 'id' | 'rank' | 'expiresAt'> & { readonly validForMs: number };

export interface CollectedOffers {
  /** Cheapest first, compared in US dollars; offers without a configured rate come last. */
  readonly offers: readonly PricedOffer[];
  readonly unavailable: readonly Unavailable[];
  readonly fx: { readonly date: string; readonly rates: Readonly<Record<string, string>> } | null;
}

/** How long providers have if the caller does not say. */
export const PRICING_DEADLINE_MS = 8_000;

/** Asks all providers for a price at once. One that cannot serve is listed with the reason, never left out. */
@Injectable()
export class CollectOffers {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly catalog: Catalog,
    private readonly throttle: PurchaseThrottle,
    private readonly rates: ExchangeRates,
  ) {}

  async run(request: OfferRequest): Promise<CollectedOffers> {
    const asked = this.providers
      .all()
      .filter(({ id }) => request.providers === null || request.providers.includes(id))
      .filter(({ id }) => request.offering === null || request.offering.provider === id);
    const results = await Promise.all(asked.map((provider) => this.ask(provider, request)));
    const offers = results.filter((result): result is PricedOffer => 'total' in result);
    const unavailable = results.filter((result): result is Unavailable => 'code' in result);
    const currencies = new Set(offers.map(({ total }) => total.currency));
    const fx = currencies.size > 1 ? { date: this.rates.date, rates: this.rates.shown(currencies) } : null;
    return { offers: this.cheapestFirst(offers), unavailable, fx };
  }

  private async ask(provider: OffsetProvider, request: OfferRequest): Promise<PricedOffer | Unavailable> {
    const payment = request.paymentMethod ?? provider.capabilities.paymentMethods[0] ?? 'account';
    try {
      const wish = { ...request, paymentMethod: payment };
      if (request.waitMs === 0) return await this.listed(provider, request.offering, wish);
      const priced = this.price(provider, request, wish);
      return await within(request.waitMs, priced, () => timedOut(provider, payment, request.waitMs));
    } catch (thrown) {
      return unavailable(provider, payment, thrown);
    }
  }

  /** Throws AppError, or what the provider's read threw. */
  private async price(provider: OffsetProvider, request: OfferRequest, wish: Wish): Promise<PricedOffer> {
    await this.refusePaused(provider);
    const choice = request.offering
      ? takeOffering(provider, request.offering, wish)
      : chooseOffering(provider, await this.catalog.offeringsOf(provider), wish);
    return this.quoted(provider, choice, wish, request);
  }

  /** This choice at the price of the moment. Throws AppError if that cannot be paid this way. */
  async quoted(
    provider: OffsetProvider,
    { offering, orderedMass: mass }: Choice,
    { paymentMethod }: Pick<Wish, 'paymentMethod'>,
    { tenantId, purpose, waitMs }: PriceAsker,
  ): Promise<PricedOffer> {
    const call = { ...callFor('quote', null, waitMs), tenantId, isAwaited: purpose === 'order' };
    const { providerOfferingId } = offering;
    const quote = await provider.quote({ mass, paymentMethod, providerOfferingId }, call);
    return offerAt(provider, { offering, orderedMass: mass }, paymentMethod, quote);
  }

  /** By the list price: for a caller who does not wait for quotes. */
  private async listed(provider: OffsetProvider, offering: Offering | null, wish: Wish): Promise<PricedOffer> {
    await this.refusePaused(provider);
    const offerings = offering ? [offering] : await this.catalog.soonKnown(provider);
    const choice = offerings && chooseOffering(provider, offerings, wish);
    const total = choice && expectedTotal(choice.offering, choice.orderedMass);
    const perTonne = choice?.offering.unitPricePerTonne;
    if (!choice || !total || !perTonne)
      throw new AppError('provider_unavailable', `${provider.displayName}: its prices are not known just now.`);
    const price = { total, perTonne, tax: null, offeringName: choice.offering.name };
    return offerAt(provider, choice, wish.paymentMethod, price);
  }

  private async refusePaused({ id, displayName }: OffsetProvider): Promise<void> {
    const pause = await this.throttle.pauseOf(id);
    if (pause) throw new AppError('provider_paused', `${displayName} takes no orders (${pause.reason}).`);
  }

  private cheapestFirst(offers: readonly PricedOffer[]): PricedOffer[] {
    return [...offers].sort((a, b) => {
      const [usdA, usdB] = [this.rates.usdOf(a.total), this.rates.usdOf(b.total)];
      if (usdA === null || usdB === null) return (usdA === null ? 1 : 0) - (usdB === null ? 1 : 0);
      return usdA.comparedTo(usdB);
    });
  }
}

/** Throws AppError if the total cannot be paid this way. */
const offerAt = (
  provider: OffsetProvider,
  { offering, orderedMass: mass }: Choice,
  paymentMethod: PaymentMethod,
  { total, perTonne, tax, offeringName: name }: Pick<ProviderQuote, 'total' | 'perTonne' | 'tax' | 'offeringName'>,
): PricedOffer => {
  const broken = brokenLimit(provider, { paymentMethod, mass, offering, total, texts: null, limitCurrency: null });
  if (broken) throw refused(broken);
  const { firmness, validForMs } = provider.capabilities.quote;
  const { providerOfferingId } = offering;
  return {
    provider: provider.id,
    offering: { providerOfferingId, name },
    paymentMethod,
    orderedMass: mass,
    total,
    perTonne,
    tax,
    firmness,
    validForMs,
  };
};

const timedOut = (
  { id: provider, displayName }: OffsetProvider,
  paymentMethod: PaymentMethod,
  ms: number,
): Unavailable => ({
  provider,
  paymentMethod,
  code: 'timed_out',
  detail: `${displayName} named no price within ${Math.ceil(ms / 1000)} s.`,
});

const unavailable = (provider: OffsetProvider, paymentMethod: PaymentMethod, thrown: unknown): Unavailable => {
  if (thrown instanceof AppError)
    return { provider: provider.id, paymentMethod, code: thrown.code, detail: thrown.message };
  const error = failureOf(provider, thrown, 'quote');
  const code = UNAVAILABLE_CODES[error.reason as keyof typeof UNAVAILABLE_CODES] ?? 'provider_unavailable';
  return { provider: provider.id, paymentMethod, code, detail: `${provider.displayName}: ${error.explanation}` };
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
