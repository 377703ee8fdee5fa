import { OFFERING_KINDS, type OfferingKind } from '../../../domain/catalog/offering.js';
import { PAYMENT_METHODS } from '../../../domain/providers/capabilities.js';
import { ABSENCE_OF, type AbsenceCode } from '../../../domain/quotes/absence.js';
import { MassResponse } from '../../values/mass.response.js';
import { MoneyResponse } from '../../values/money.response.js';
import {
  PropBoolean,
  PropInteger,
  PropList,
  PropObject,
  PropText,
  PropTime,
  PropEnum,
  PropEnumList,
} from '../../openapi/prop.js';

export class OfferingResponse {
  @PropText('Always the same for the same offering', { example: 'offering_6x4h2m0gf5c8q7k3x9w1z2r4ab' }) id!: string;
  @PropText('Provider id', { example: 'one_tribe' }) provider!: string;
  @PropEnum(OFFERING_KINDS, 'A mix of projects, a seller’s listing, or one project') kind!: OfferingKind;
  @PropText("The provider's own id", { example: 'sbx-peat-01' }) provider_offering_id!: string;
  @PropText('As the provider calls it', { example: 'High Moor Peatland' }) name!: string;
  @PropText('As the provider writes it', { nullable: true, example: 'A project that rewets a drained moor.' })
  description!: string | null;
  @PropText('As the provider writes it', { nullable: true, example: 'United Kingdom' }) country!: string | null;
  @PropText('Registry of the credits', { nullable: true, example: 'Verra' }) registry!: string | null;
  @PropInteger('Year of the reduction or removal', { nullable: true, example: 2021 }) vintage!: number | null;
  @PropText('As the provider writes it', { nullable: true, example: 'Nature restoration' }) category!: string | null;
  @PropBoolean('Whether it is credited before the reduction or removal', { nullable: true, example: false })
  is_ex_ante!: boolean | null;
  @PropObject(() => MoneyResponse, 'Before tax, null if the provider quotes on request only', { nullable: true })
  unit_price_per_tonne!: MoneyResponse | null;
  @PropObject(() => MassResponse, 'What can be bought now, null if the provider does not say', { nullable: true })
  available!: MassResponse | null;
  @PropObject(() => MassResponse, 'The smallest order') minimum!: MassResponse;
  @PropObject(() => MassResponse, 'Orders are a whole multiple of this') step!: MassResponse;
  @PropEnumList(PAYMENT_METHODS, 'Supported payment methods') payment_methods!: readonly string[];
  @PropTime('When the provider was read') fetched_at!: string;
}

export class CatalogUnavailableResponse {
  @PropText('Provider id', { example: 'one_tribe' }) provider!: string;
  @PropEnum([...new Set(Object.values(ABSENCE_OF))], 'Why they are missing, as in a quote') code!: AbsenceCode;
  @PropText('The same for people', { example: 'One Tribe could not be read just now.' }) detail!: string;
}

export class OfferingListResponse {
  @PropList(() => OfferingResponse, 'By provider, then by the provider’s own id') data!: OfferingResponse[];
  @PropText('Cursor of the next page, null if this is the last', { nullable: true }) next_cursor!: string | null;
  @PropList(() => CatalogUnavailableResponse, 'Providers whose offerings are missing here, because they do not respond')
  unavailable!: CatalogUnavailableResponse[];
}
