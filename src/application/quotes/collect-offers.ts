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
import { pauseNumbers } from '../../domain/refusal-numbers.js';
import { purchaseOperation } from '../../domain/purchases/attempt.js';
import { SWITCHED_AS } from '../../domain/switches/switch.js';
import type { Pause } from '../../domain/providers/throttle.js';
import type { BuyerLimits } from '../../domain/limits/purchase-limits.js';
import type { Absence } from '../../domain/quotes/absence.js';
import type { Offer } from '../../domain/quotes/quote.js';
import { rank, type ComparedRates } from '../../domain/quotes/ranking.js';
import { ApplyLimits } from '../limits/apply-limits.js';
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
import { switchedOffRefusal } from '../switches/refusal.js';
import { within } from '../within.js';
import { absenceOf, notEnabled, notItsOffering, timedOut } from './absences.js';

/** An order waits for its price. A caller who only asks waits behind orders where a quota is short. */
export type PricePurpose = 'order' | 'quote';

/** For whom a price is asked, and for how long they wait. */
export interface PriceAsker {
  readonly tenantId: string;
  readonly purpose: PricePurpose;
  /** What the caller gave the providers; 0 to ask nobody and go by list prices. */
  readonly waitMs: number;
  /** What is left of that. A provider that does not price within it is listed as timed out. */
  readonly leftMs: number;
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
  /** What tenant and key may buy at once. */
  readonly limits: BuyerLimits;
}

type Chosen = Pick<Choice, 'offering' | 'orderedMass'>;

export type PricedOffer = Omit<Offer, 'id' | 'rank' | 'expiresAt'> & { readonly validForMs: number };

export interface CollectedOffers {
  /** Cheapest first. */
  readonly offers: readonly PricedOffer[];
  readonly unavailable: readonly Absence[];
  readonly fx: ComparedRates | null;
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
    private readonly limits: ApplyLimits,
    private readonly rates: ExchangeRates,
  ) {}

  async run(request: OfferRequest): Promise<CollectedOffers> {
    const { providers: named, offering } = request;
    const asked = this.providers
      .all()
      .filter(({ id }) => named === null || named.includes(id))
      .filter(({ id }) => offering === null || offering.provider === id);
    const results = await Promise.all(asked.map((provider) => this.ask(provider, request)));
    const offers = results.filter((result): result is PricedOffer => 'total' in result);
    const unable = results.filter((result): result is Absence => 'code' in result);
    const unasked = (named ?? []).filter((id) => !asked.some((provider) => provider.id === id));
    const unavailable = [...unable, ...unasked.map((id) => this.whyNotAsked(id, offering))];
    return { ...rank(offers, this.rates), unavailable };
  }

  private whyNotAsked(id: string, offering: Offering | null): Absence {
    const provider = this.providers.find(id);
    return provider && offering ? notItsOffering(provider, this.providers.get(offering.provider)) : notEnabled(id);
  }

  private async ask(provider: OffsetProvider, request: OfferRequest): Promise<PricedOffer | Absence> {
    const { mass, limits, waitMs, leftMs } = request;
    const payment = request.paymentMethod ?? provider.capabilities.paymentMethods[0] ?? 'account';
    const startedAtMs = performance.now();
    try {
      this.limits.refuseMass(mass, limits);
      const wish = { ...request, paymentMethod: payment, mayBePooled: false };
      const result =
        waitMs === 0
          ? await this.listed(provider, request, wish)
          : await within(leftMs, this.price(provider, request, wish), () => timedOut(provider, payment, waitMs));
      if ('total' in result) this.limits.refuseOffer(result, limits);
      return result;
    } catch (thrown) {
      return absenceOf(provider, payment, thrown, Math.min(waitMs, performance.now() - startedAtMs));
    }
  }

  /** Throws AppError, or what the provider's read threw. */
  private async price(provider: OffsetProvider, request: OfferRequest, wish: Wish): Promise<PricedOffer> {
    await this.refuseStopped(provider, request, wish);
    const choice = request.offering
      ? takeOffering(provider, request.offering, wish)
      : chooseOffering(provider, await this.catalog.offeringsOf(provider), wish);
    return this.quoted(provider, choice, wish, request);
  }

  /** This choice at the price of the moment. Throws AppError if that cannot be paid this way. */
  async quoted(
    provider: OffsetProvider,
    { offering, orderedMass: mass }: Chosen,
    { paymentMethod }: Pick<Wish, 'paymentMethod'>,
    { tenantId, purpose, leftMs }: PriceAsker,
  ): Promise<PricedOffer> {
    const call = { ...callFor('quote', null, leftMs), tenantId, isAwaited: purpose === 'order' };
    const { providerOfferingId } = offering;
    const quote = await provider.quote({ mass, paymentMethod, providerOfferingId }, call);
    return offerAt(provider, { offering, orderedMass: mass }, paymentMethod, quote);
  }

  /** By the list price: for a caller who does not wait for quotes. */
  private async listed(provider: OffsetProvider, request: OfferRequest, wish: Wish): Promise<PricedOffer> {
    await this.refuseStopped(provider, request, wish);
    const { offering } = request;
    const offerings = offering ? [offering] : await this.catalog.soonKnown(provider);
    const choice = offerings && chooseOffering(provider, offerings, wish);
    const total = choice && expectedTotal(choice.offering, choice.orderedMass);
    const perTonne = choice?.offering.unitPricePerTonne;
    if (!choice || !total || !perTonne)
      throw new AppError('provider_unavailable', `${provider.displayName}: its prices are not known just now.`);
    const price = { total, perTonne, tax: null, offeringName: choice.offering.name };
    return offerAt(provider, choice, wish.paymentMethod, price);
  }

  private async refuseStopped(
    { id, displayName }: OffsetProvider,
    { tenantId }: OfferRequest,
    { paymentMethod }: Wish,
  ): Promise<void> {
    const operation = SWITCHED_AS[purchaseOperation(paymentMethod)];
    const { pause, switchedOff } = await this.throttle.stopsOf(id, tenantId, operation);
    if (switchedOff) throw switchedOffRefusal(switchedOff, operation, { provider: displayName, nothing: '' });
    if (pause) throw paused(displayName, pause);
  }
}

/** Throws AppError if the total cannot be paid this way. */
const offerAt = (
  provider: OffsetProvider,
  { offering, orderedMass: mass }: Chosen,
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

const paused = (displayName: string, pause: Pause): AppError => {
  const { reason, since, probeAt } = pause;
  const until = `since ${since.toISOString()}; it is asked again at ${probeAt.toISOString()}`;
  return new AppError('provider_paused', `${displayName} takes no orders (${reason}) ${until}.`, {
    numbers: pauseNumbers(pause),
  });
};
