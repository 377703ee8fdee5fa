import { Injectable } from '@nestjs/common';
import { brokenLimit, needsExactTotal } from '../../domain/catalog/limits.js';
import { expectedTotal, type Offering } from '../../domain/catalog/offering.js';
import { AppError } from '../../domain/errors.js';
import type { Grams } from '../../domain/mass.js';
import { isMoreThan, type Currency, type Money } from '../../domain/money.js';
import type { Considered, OrderTerms } from '../../domain/orders/order.js';
import type { Absence } from '../../domain/quotes/absence.js';
import type { Offer } from '../../domain/quotes/quote.js';
import { compare } from '../../domain/quotes/ranking.js';
import { plainMoney } from '../../domain/refusal-numbers.js';
import type { BuyerLimits } from '../../domain/limits/purchase-limits.js';
import type { PaymentMethod } from '../../domain/providers/capabilities.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ProviderError } from '../../domain/providers/provider-error.js';
import { QuotesRepository } from '../../persistence/quotes/quotes.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { Catalog } from '../catalog/catalog.js';
import { FindOffering } from '../catalog/find-offering.js';
import {
  chooseOffering,
  refused,
  takeOffering,
  type Choice,
  type Rounding,
  type Wish,
} from '../catalog/choose-offering.js';
import {
  CollectOffers,
  PRICING_DEADLINE_MS,
  type CollectedOffers,
  type OfferRequest,
} from '../quotes/collect-offers.js';
import { failureOf } from '../providers/failure-of.js';

/** What the caller wants to buy: an offer, or a mass with or without a provider and an offering. */
export interface OrderSelection {
  readonly mass: Grams | null;
  readonly offerId: string | null;
  readonly provider: string | null;
  readonly offeringId: string | null;
  readonly paymentMethod: PaymentMethod;
  readonly rounding: Rounding;
  readonly maxTotal: Money | null;
  /** Whether it may be bought together with others. */
  readonly mayBePooled: boolean;
}

/** Where an order goes and how much of what it buys there. */
export type Route = Pick<
  OrderTerms,
  | 'provider'
  | 'providerOfferingId'
  | 'offeringName'
  | 'requestedMass'
  | 'orderedMass'
  | 'quoted'
  | 'maxTotal'
  | 'offerId'
  | 'routing'
> & {
  /** What it should cost, as far as that is known beforehand. */
  readonly expectedTotal: Money | null;
  /** Of what a pool buys for it and others; null where it is bought by itself. */
  readonly poolStep: Grams | null;
};

/** On whose behalf, and what they may buy, defaults included. */
export interface OrderAsker {
  readonly tenantId: string;
  readonly limits: BuyerLimits;
}

type RouteAsker = Pick<OfferRequest, 'tenantId' | 'purpose' | 'waitMs' | 'leftMs' | 'limits'>;

/** Decides provider, offering and mass before an order is accepted. Only reads; throws AppError if nothing fits. */
@Injectable()
export class RouteOrder {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly catalog: Catalog,
    private readonly findOffering: FindOffering,
    private readonly offers: CollectOffers,
    private readonly quotes: QuotesRepository,
  ) {}

  /** Whether routing asks several providers or the database. With a named provider, its cached catalog is enough. */
  isCostly({ offerId, offeringId, provider }: OrderSelection): boolean {
    return offerId !== null || offeringId !== null || provider === null;
  }

  /** A caller who does not wait, with `waitMs` 0, is routed by what is known here, so that a silent provider holds nobody up. */
  async run(
    selection: OrderSelection & { readonly terms: RoutedTexts },
    { tenantId, limits }: OrderAsker,
    waitMs: number,
  ): Promise<Route & { readonly currency: Currency }> {
    const pricingMs = Math.min(waitMs, PRICING_DEADLINE_MS);
    const asker = { tenantId, purpose: 'order', limits, waitMs: pricingMs, leftMs: pricingMs } as const;
    const route = await this.choose(selection, asker);
    return { ...route, currency: this.providers.get(route.provider).capabilities.currency };
  }

  private async choose(selection: OrderSelection & { readonly terms: RoutedTexts }, asker: RouteAsker): Promise<Route> {
    const { paymentMethod, rounding, maxTotal, mayBePooled, terms } = selection;
    const texts = { ...terms, beneficiaryName: terms.beneficiary.name };
    const wishFor = (mass: Grams): Wish => ({ mass, paymentMethod, rounding, maxTotal, texts, mayBePooled });
    if (selection.offerId !== null) return this.byOffer(wishFor, selection.offerId, asker.tenantId);
    if (selection.mass === null) throw new AppError('mass_not_orderable', 'Give a mass or an offer_id.');
    const wish = wishFor(selection.mass);
    if (selection.offeringId !== null) return this.byOffering(wish, selection.offeringId, selection.provider, asker);
    if (selection.provider !== null) return this.byProvider(wish, this.enabled(selection.provider), asker);
    return this.cheapest(wish, asker);
  }

  private async byOffer(wishFor: (mass: Grams) => Wish, offerId: string, tenantId: string): Promise<Route> {
    const found = await this.quotes.findOffer(offerId, tenantId);
    if (!found) throw new AppError('offer_not_found', 'There is no such offer.');
    const { offer, requestedMass, now } = found;
    if (offer.expiresAt <= now) throw expired(offer, now);
    const { orderedMass, total } = offer;
    const wish = wishFor(orderedMass);
    if (offer.paymentMethod !== wish.paymentMethod)
      throw new AppError(
        'payment_method_not_supported',
        `The offer is for payment by ${offer.paymentMethod}, not by ${wish.paymentMethod}.`,
        { numbers: { paymentMethods: [offer.paymentMethod] } },
      );
    const provider = this.enabled(offer.provider);
    const limitCurrency = wish.maxTotal?.currency ?? null;
    const broken = brokenLimit(provider, { ...wish, offering: null, total, limitCurrency });
    if (broken) throw refused(broken);
    return {
      provider: provider.id,
      providerOfferingId: offer.offering.providerOfferingId,
      offeringName: offer.offering.name,
      requestedMass,
      orderedMass,
      quoted: total,
      expectedTotal: total,
      // An offer is never bought above its price, whatever limit the caller gives.
      maxTotal: wish.maxTotal && isMoreThan(total, wish.maxTotal) ? wish.maxTotal : total,
      offerId,
      routing: { policy: 'offer', considered: [], fx: null },
      poolStep: null,
    };
  }

  private async byOffering(wish: Wish, id: string, only: string | null, asker: RouteAsker): Promise<Route> {
    const offering = await this.findOffering.run(id, asker.waitMs === 0 ? 'unawaited_purchase' : 'purchase', only);
    const provider = this.enabled(offering.provider);
    const choice = takeOffering(provider, offering, wish);
    await this.refuseTotal(provider, choice, wish, asker);
    return namedByCaller(choice, wish);
  }

  private async byProvider(wish: Wish, provider: OffsetProvider, asker: RouteAsker): Promise<Route> {
    const methodsOnly = { ...wish, offering: null, mass: provider.capabilities.mass.minimum, texts: null, total: null };
    const broken = brokenLimit(provider, { ...methodsOnly, limitCurrency: null });
    if (broken) throw refused(broken);
    const choice = chooseOffering(provider, await this.offeringsOf(provider, asker), wish);
    await this.refuseTotal(provider, choice, wish, asker);
    return namedByCaller(choice, wish);
  }

  private async offeringsOf(provider: OffsetProvider, { waitMs }: RouteAsker): Promise<readonly Offering[]> {
    const asked = waitMs === 0 ? this.catalog.soonKnown(provider) : this.catalog.offeringsOf(provider);
    const offerings = await asked.catch((thrown: unknown) => failureOf(provider, thrown, 'offerings'));
    if (offerings !== null && !(offerings instanceof ProviderError)) return offerings;
    const why = offerings === null ? '' : ` (${offerings.reason})`;
    throw new AppError(
      offerings !== null && isAboutOurKey(offerings) ? 'provider_paused' : 'provider_unavailable',
      `${provider.displayName} could not be read just now${why}. Nothing was ordered.`,
      { retryAfterMs: offerings?.at.retryAfterMs ?? 5_000 },
    );
  }

  /**
   * Asks for the price where the list price leaves open whether the total can be paid. Where the provider does not
   * answer, the order is accepted: the step before the send asks again.
   */
  private async refuseTotal(provider: OffsetProvider, choice: Choice, wish: Wish, asker: RouteAsker): Promise<void> {
    const listed = expectedTotal(choice.offering, choice.orderedMass);
    if (asker.waitMs === 0 || !needsExactTotal(provider, wish.paymentMethod, listed)) return;
    await this.offers.quoted(provider, choice, wish, asker).catch((thrown: unknown) => {
      if (thrown instanceof AppError) throw thrown;
      failureOf(provider, thrown, 'quote');
    });
  }

  private async cheapest(wish: Wish, asker: RouteAsker): Promise<Route> {
    const request = { ...wish, ...asker, providers: null, offering: null };
    const quoted = asker.waitMs > 0 ? await this.offers.run(request) : null;
    // Who cannot wait until anybody has priced it is still served, by the prices that are known.
    const isListed = !quoted || (quoted.offers.length === 0 && quoted.unavailable.some(isTimedOut));
    const collected = isListed ? await this.offers.run({ ...request, waitMs: 0, leftMs: 0 }) : quoted;
    const [best] = collected.offers;
    if (!best) throw noneAvailable(collected.unavailable);
    return {
      provider: best.provider,
      providerOfferingId: best.offering.providerOfferingId,
      offeringName: best.offering.name,
      requestedMass: wish.mass,
      orderedMass: best.orderedMass,
      // A list price is no quote.
      quoted: isListed ? null : best.total,
      expectedTotal: best.total,
      maxTotal: wish.maxTotal,
      offerId: null,
      routing: {
        policy: isListed ? 'cheapest_listed' : 'cheapest',
        considered: consideredIn(collected),
        fx: collected.fx,
      },
      poolStep: null,
    };
  }

  private enabled(providerId: string): OffsetProvider {
    const provider = this.providers.find(providerId);
    if (provider) return provider;
    throw new AppError('provider_not_enabled', 'This provider is not enabled here; see GET /v1/providers.');
  }
}

/** A catalog that is refused to our key stays so until somebody mends that. */
const isAboutOurKey = ({ pausesProvider, reason }: ProviderError): boolean =>
  pausesProvider || reason === 'not_permitted';

type RoutedTexts = Pick<OrderTerms, 'beneficiary' | 'retirementMessage' | 'description'>;

const expired = ({ expiresAt }: Offer, now: Date): AppError => {
  const [expiredAt, asOf] = [expiresAt.toISOString(), now.toISOString()];
  return new AppError('offer_expired', `The offer expired at ${expiredAt}, and it is ${asOf}; ask for a new quote.`, {
    numbers: { expiredAt, now: asOf },
  });
};

/** Where something about the caller keeps an order from every provider that could serve it, that is the reason. */
const noneAvailable = (absences: readonly Absence[]): AppError => {
  const stopped = absences.find(({ code }) => code === 'tenant_paused');
  if (stopped) return new AppError('tenant_paused', stopped.detail, { numbers: stopped.numbers, absences });
  const own = absences.find(({ code }) => code === 'order_above_limit');
  if (own) return new AppError('order_above_limit', own.detail, { numbers: own.numbers, absences });
  const reasons = absences.map(({ detail }) => detail).join(' ');
  return new AppError('no_provider_available', `No provider can serve this order. ${reasons}`, { absences });
};

const consideredIn = ({ offers, unavailable, fx }: CollectedOffers): readonly Considered[] => [
  ...offers.map(({ provider, total, orderedMass }, nth): Considered => {
    const isComparable = compare(total, fx).total !== null;
    const reason = nth === 0 ? 'cheapest' : isComparable ? 'dearer' : 'no_exchange_rate';
    return { provider, total: plainMoney(total), orderedMass, reason, detail: null, nearest: null, numbers: {} };
  }),
  ...unavailable.map(({ provider, code: reason, detail, nearest, numbers }): Considered => {
    return { provider, total: null, orderedMass: null, reason, detail, nearest, numbers };
  }),
];

const isTimedOut = ({ code }: { readonly code: string }): boolean => code === 'timed_out';

/** Bought at the price of the moment, up to the caller's limit. */
const namedByCaller = ({ offering, orderedMass, poolStep }: Choice, { mass, maxTotal }: Wish): Route => ({
  provider: offering.provider,
  providerOfferingId: offering.providerOfferingId,
  offeringName: offering.name,
  requestedMass: mass,
  orderedMass,
  quoted: null,
  expectedTotal: expectedTotal(offering, orderedMass),
  maxTotal,
  offerId: null,
  routing: { policy: 'named_by_caller', considered: [], fx: null },
  poolStep,
});
