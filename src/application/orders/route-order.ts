import { Injectable } from '@nestjs/common';
import { expectedTotal, type Offering } from '../../domain/catalog/offering.js';
import { AppError } from '../../domain/errors.js';
import type { Grams } from '../../domain/mass.js';
import { amountOf, type Currency, type Money } from '../../domain/money.js';
import type { OrderTerms } from '../../domain/orders/order.js';
import type { PaymentMethod } from '../../domain/providers/capabilities.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { explainExcess, ORDER_TEXTS, textExcess } from '../../domain/providers/text-limits.js';
import { QuotesRepository } from '../../persistence/quotes/quotes.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { Catalog } from '../catalog/catalog.js';
import { FindOffering } from '../catalog/find-offering.js';
import { chooseOffering, massToOrder, type Rounding } from '../catalog/choose-offering.js';
import { CollectOffers } from '../quotes/collect-offers.js';
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
};

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

  async run(
    selection: OrderSelection & { readonly terms: RoutedTexts },
    tenantId: string,
  ): Promise<Route & { readonly currency: Currency }> {
    const route = await this.choose(selection, tenantId);
    const provider = this.providers.get(route.provider);
    refuseLongTexts(provider, selection.terms);
    const { currency } = provider.capabilities;
    if (route.maxTotal && route.maxTotal.currency !== currency)
      throw new AppError(
        'price_not_comparable',
        `${route.provider} charges ${currency}; give max_total in ${currency}.`,
      );
    return { ...route, currency };
  }

  private async choose(selection: OrderSelection, tenantId: string): Promise<Route> {
    if (selection.offerId !== null) return this.byOffer(selection, selection.offerId, tenantId);
    if (selection.mass === null) throw new AppError('mass_not_orderable', 'Give a mass or an offer_id.');
    if (selection.offeringId !== null) return this.byOffering(selection, selection.offeringId, selection.mass);
    if (selection.provider !== null) return this.byProvider(selection, selection.provider, selection.mass);
    return this.cheapest(selection, selection.mass, tenantId);
  }

  private async byOffer(selection: OrderSelection, offerId: string, tenantId: string): Promise<Route> {
    const found = await this.quotes.findOffer(offerId, tenantId);
    if (!found) throw new AppError('offer_not_found', 'There is no such offer.');
    const { offer, requestedMass, expired } = found;
    if (expired) throw new AppError('offer_expired', 'The offer has expired; ask for a new quote.');
    if (offer.paymentMethod !== selection.paymentMethod)
      throw new AppError('payment_method_not_supported', `The offer is for payment by ${offer.paymentMethod}.`);
    return {
      provider: this.enabled(offer.provider).id,
      providerOfferingId: offer.offering.providerOfferingId,
      offeringName: offer.offering.name,
      requestedMass,
      orderedMass: offer.orderedMass,
      quoted: offer.total,
      expectedTotal: offer.total,
      // An offer is never bought above its price, even if the caller gave no limit.
      maxTotal: selection.maxTotal ?? offer.total,
      offerId,
      routing: { policy: 'offer', considered: [] },
    };
  }

  private async byOffering(selection: OrderSelection, id: string, mass: Grams): Promise<Route> {
    const offering = await this.findOffering.run(id, 'purchase', selection.provider);
    const provider = this.payable(offering.provider, selection.paymentMethod);
    const orderedMass = massToOrder(offering, provider, mass, selection.rounding);
    return namedByCaller(offering, mass, orderedMass, selection);
  }

  private async byProvider(selection: OrderSelection, providerId: string, mass: Grams): Promise<Route> {
    const provider = this.payable(providerId, selection.paymentMethod);
    const offerings = await this.catalog.offeringsOf(provider, 'purchase').catch((thrown: unknown) => {
      const error = failureOf(provider, thrown, 'offerings');
      throw new AppError(
        error.pausesProvider ? 'provider_paused' : 'provider_unavailable',
        `${provider.displayName} could not be read just now. Nothing was ordered.`,
        { retryAfterMs: error.at.retryAfterMs ?? 5_000 },
      );
    });
    const { offering, orderedMass } = chooseOffering(
      provider,
      offerings,
      mass,
      selection.paymentMethod,
      selection.rounding,
    );
    return namedByCaller(offering, mass, orderedMass, selection);
  }

  private async cheapest(selection: OrderSelection, mass: Grams, tenantId: string): Promise<Route> {
    const { paymentMethod, rounding } = selection;
    const request = { mass, providers: null, offering: null, paymentMethod, rounding, tenantId };
    const collected = await this.offers.run(request, 'order');
    const [best] = collected.offers;
    if (!best) {
      const reasons = collected.unavailable.map(({ detail }) => detail).join(' ');
      throw new AppError('no_provider_available', `No provider can serve this order. ${reasons}`);
    }
    const considered = [
      ...collected.offers.map((offer) => ({
        provider: offer.provider,
        total: { amount: amountOf(offer.total), currency: offer.total.currency },
        reason: offer === best ? 'cheapest' : 'dearer',
      })),
      ...collected.unavailable.map((line) => ({ provider: line.provider, total: null, reason: line.code })),
    ];
    return {
      provider: best.provider,
      providerOfferingId: best.offering.providerOfferingId,
      offeringName: best.offering.name,
      requestedMass: mass,
      orderedMass: best.orderedMass,
      quoted: best.total,
      expectedTotal: best.total,
      maxTotal: selection.maxTotal,
      offerId: null,
      routing: { policy: 'cheapest', considered },
    };
  }

  private payable(providerId: string, method: PaymentMethod): OffsetProvider {
    const provider = this.enabled(providerId);
    if (provider.capabilities.paymentMethods.includes(method)) return provider;
    throw new AppError('payment_method_not_supported', `${provider.displayName} cannot be paid by ${method}.`);
  }

  private enabled(providerId: string): OffsetProvider {
    const provider = this.providers.find(providerId);
    if (provider) return provider;
    throw new AppError('provider_not_enabled', 'This provider is not enabled here; see GET /v1/providers.');
  }
}

type RoutedTexts = Pick<OrderTerms, 'beneficiary' | 'retirementMessage' | 'description'>;

const refuseLongTexts = ({ displayName, capabilities }: OffsetProvider, terms: RoutedTexts): void => {
  const excess = textExcess(capabilities.textLimits, { ...terms, beneficiaryName: terms.beneficiary.name });
  if (!excess) return;
  const why = `${displayName} takes ${explainExcess(excess)}`;
  const errors = Object.fromEntries(excess.texts.map((text) => [ORDER_TEXTS[text], [why]]));
  throw new AppError('text_too_long', `${why}. Nothing was ordered.`, { errors });
};

/** Bought at the price of the moment, up to the caller's limit. */
const namedByCaller = (
  offering: Offering,
  requestedMass: Grams,
  orderedMass: Grams,
  { maxTotal }: OrderSelection,
): Route => ({
  provider: offering.provider,
  providerOfferingId: offering.providerOfferingId,
  offeringName: offering.name,
  requestedMass,
  orderedMass,
  quoted: null,
  expectedTotal: expectedTotal(offering, orderedMass),
  maxTotal,
  offerId: null,
  routing: { policy: 'named_by_caller', considered: [] },
});
