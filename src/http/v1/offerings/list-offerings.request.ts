import type { OfferingFilter, OfferingPosition } from '../../../application/catalog/list-offerings.js';
import { OFFERING_KINDS, type OfferingKind } from '../../../domain/catalog/offering.js';
import type { ProviderId } from '../../../domain/providers/calls.js';
import { EnumField } from '../../validation/field.js';
import { ProviderIdField } from '../../validation/id.field.js';
import { cursorOf, PagingQuery } from '../../validation/paging.js';
import { TextField } from '../../validation/text.field.js';

export class ListOfferingsRequest extends PagingQuery {
  @ProviderIdField({ about: 'Only of this provider', optional: true, example: 'one_tribe' })
  provider?: string;

  @EnumField(OFFERING_KINDS, { about: 'Only of this kind', optional: true })
  kind?: OfferingKind;

  @TextField(
    { min: 1, max: 100 },
    { about: 'Only of this country, as the provider writes it', optional: true, example: 'United Kingdom' },
  )
  country?: string;

  @TextField(
    { min: 1, max: 100 },
    { about: 'Only of this registry, as the provider writes it', optional: true, example: 'Verra' },
  )
  registry?: string;
}

export const offeringFilterFrom = (query: ListOfferingsRequest): OfferingFilter => ({
  ...(query.provider !== undefined && { provider: query.provider }),
  ...(query.kind !== undefined && { kind: query.kind }),
  ...(query.country !== undefined && { country: query.country }),
  ...(query.registry !== undefined && { registry: query.registry }),
});

export const cursorOfOffering = ({ provider, providerOfferingId }: OfferingPosition): string =>
  cursorOf([provider, providerOfferingId]);

/** @returns null if the parts are not a position */
export const offeringPositionFrom = ([provider, providerOfferingId]: readonly string[]): OfferingPosition | null =>
  provider === undefined || providerOfferingId === undefined
    ? null
    : { provider: provider as ProviderId, providerOfferingId };
