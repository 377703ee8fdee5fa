import type { Offering } from '../../domain/catalog/offering.js';
import { readableMass, type Grams } from '../../domain/mass.js';
import { money } from '../../domain/money.js';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import type {
  CheckoutSession,
  CheckoutUrls,
  Operation,
  ProviderCall,
  ProviderOrder,
  ProviderQuote,
  PurchaseRequest,
  QuoteRequest,
  Submission,
} from '../../domain/providers/calls.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { absentAsNull } from '../kit/absent.js';
import { classify } from '../kit/classify.js';
import { readable } from '../kit/decode.js';
import { perTonne } from '../kit/price.js';
import { ProviderProtocolError } from '../kit/protocol-error.js';
import { refusal } from '../kit/refusal.js';
import { assertSameId } from '../kit/same-id.js';
import { CARBONMARK, carbonmarkCapabilities } from './carbonmark.capabilities.js';
import type { CarbonmarkClient } from './carbonmark.client.js';
import { carbonmarkDialect } from './carbonmark.errors.js';
import { cheapestFor, toCheckoutBody, toOffering, toOrder, toSession, toTonnes } from './carbonmark.mapping.js';
import type { PriceRow } from './carbonmark.wire.js';

const AT_QUOTE = { provider: CARBONMARK, operation: 'quote' } as const;

/** Carbonmark's Checkout Service: listings, paid by card through a hosted checkout that only the payer's return makes known. */
export class CarbonmarkAdapter implements OffsetProvider {
  readonly id = CARBONMARK;
  readonly displayName = 'Carbonmark';
  readonly capabilities = carbonmarkCapabilities;

  constructor(private readonly client: CarbonmarkClient) {}

  offerings(call: ProviderCall): Promise<readonly Offering[]> {
    return this.safeListings(null, 'offerings', call);
  }

  private async safeListings(
    sourceId: string | null,
    operation: 'offerings' | 'quote',
    call: ProviderCall,
  ): Promise<readonly Offering[]> {
    const { rows, receivedAt } = await this.client.prices(sourceId, operation, call);
    refuseUnread(sourceId, rows);
    return readable(rows).flatMap((wire) => toOffering(wire, receivedAt) ?? []);
  }

  async quote({ mass, providerOfferingId }: QuoteRequest, call: ProviderCall): Promise<ProviderQuote> {
    const tonnes = toTonnes(mass, 'quote');
    const listings = await this.safeListings(providerOfferingId, 'quote', call);
    const offering =
      providerOfferingId === null ? cheapestOrRefuse(mass, listings) : named(providerOfferingId, mass, listings);
    const wire = await this.client.quote(offering.providerOfferingId, tonnes, call);
    if (wire.quantity_tonnes !== mass || wire.asset_price_source_id !== offering.providerOfferingId)
      throw new ProviderProtocolError('answer_disagrees', 'the quote is for another mass or listing than was asked');
    const total = money(wire.cost_usdc, 'USD');
    return {
      providerOfferingId: offering.providerOfferingId,
      offeringName: offering.name,
      mass,
      total,
      tax: null,
      perTonne: perTonne(total, mass),
    };
  }

  prepareCheckout(request: PurchaseRequest, urls: CheckoutUrls): string {
    return toCheckoutBody(request, urls);
  }

  async createCheckout(submission: Submission, call: ProviderCall): Promise<CheckoutSession> {
    return toSession(await this.client.createCheckout(submission.body, call));
  }

  /** An order is known by its payment's id. */
  async fetchStatus(providerOrderId: string, call: ProviderCall): Promise<ProviderOrder | null> {
    const wire = await this.client.payment(providerOrderId, call).catch(absentAsNull);
    if (!wire) return null;
    assertSameId(providerOrderId, wire.id);
    return toOrder(wire);
  }

  classifyError(thrown: unknown, operation: Operation): ProviderError {
    return classify(thrown, operation, carbonmarkDialect);
  }
}

/** A listing that cannot be read is not on sale; one that was asked for by name is not known to be gone, either. */
const refuseUnread = (sourceId: string | null, rows: readonly PriceRow[]): void => {
  if (sourceId === null) return;
  const asked = rows.find(({ read, clues }) => !read && clues.sourceId?.includes(sourceId) !== false);
  if (asked?.why) throw asked.why;
};

const cheapestOrRefuse = (mass: Grams, listings: readonly Offering[]): Offering => {
  const cheapest = cheapestFor(mass, listings);
  if (cheapest) return cheapest;
  throw refusal(AT_QUOTE, 'insufficient_supply', 'no listing can fill this mass');
};

const named = (sourceId: string, mass: Grams, listings: readonly Offering[]): Offering => {
  const listing = listings.find(({ providerOfferingId }) => providerOfferingId === sourceId);
  if (!listing)
    throw refusal(AT_QUOTE, 'offering_not_found', 'the listing is not on sale, or not one that is safe to buy');
  if (mass < listing.minimum)
    throw refusal(AT_QUOTE, 'mass_not_orderable', `the listing is sold from ${readableMass(listing.minimum)}`);
  if (mass > (listing.available ?? 0))
    throw refusal(
      AT_QUOTE,
      'insufficient_supply',
      `the listing has ${listing.available === null ? 'nothing' : readableMass(listing.available)} left`,
    );
  return listing;
};
