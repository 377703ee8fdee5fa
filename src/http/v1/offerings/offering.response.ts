import { OFFERING_KINDS, type OfferingKind } from '../../../domain/catalog/offering.js';
import { PAYMENT_METHODS } from '../../../domain/providers/capabilities.js';
import { MassResponse } from '../mass/mass.response.js';
import { MoneyResponse } from '../money/money.response.js';
import {
  ShownFlag,
  ShownInteger,
  ShownList,
  ShownObject,
  ShownText,
  ShownTime,
  ShownWord,
  ShownWords,
} from '../../validation/shown.js';

export class OfferingResponse {
  @ShownText('Always the same for the same offering', { example: 'offering_6x4h2m0gf5c8q7k3x9w1z2r4ab' }) id!: string;
  @ShownText('Provider id', { example: 'one_tribe' }) provider!: string;
  @ShownWord(OFFERING_KINDS, 'A mix of projects, a seller’s listing, or one project') kind!: OfferingKind;
  @ShownText("The provider's own id") provider_offering_id!: string;
  @ShownText('As the provider calls it') name!: string;
  @ShownText('In the provider’s words', { nullable: true }) description!: string | null;
  @ShownText('As the provider writes it', { nullable: true }) country!: string | null;
  @ShownText('Registry of the credits', { nullable: true }) registry!: string | null;
  @ShownInteger('Year of the reduction or removal', { nullable: true }) vintage!: number | null;
  @ShownText('As the provider writes it', { nullable: true }) category!: string | null;
  @ShownFlag('Credited before the fact', { nullable: true }) is_ex_ante!: boolean | null;
  @ShownObject(() => MoneyResponse, 'Before tax; null: on request only', { nullable: true })
  unit_price_per_tonne!: MoneyResponse | null;
  @ShownObject(() => MassResponse, 'What can be bought now; null: not said', { nullable: true })
  available!: MassResponse | null;
  @ShownObject(() => MassResponse, 'The smallest order') minimum!: MassResponse;
  @ShownObject(() => MassResponse, 'Orders are a whole multiple of this') step!: MassResponse;
  @ShownWords(PAYMENT_METHODS, 'How it can be paid') payment_methods!: readonly string[];
  @ShownTime('When the provider was read') fetched_at!: string;
}

export class CatalogueUnavailableResponse {
  @ShownText('Provider id') provider!: string;
  @ShownText('For people') detail!: string;
}

export class OfferingListResponse {
  @ShownList(() => OfferingResponse, 'By provider, then by the provider’s own id') data!: OfferingResponse[];
  @ShownText('For the next page; null: this was the last', { nullable: true }) next_cursor!: string | null;
  @ShownList(
    () => CatalogueUnavailableResponse,
    'Providers whose offerings are missing here, because they do not answer',
  )
  unavailable!: CatalogueUnavailableResponse[];
}
