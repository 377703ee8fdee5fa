import { PatternField, type FieldOptions } from './field.js';
import { OFFER_ID, OFFERING_ID, PROVIDER_ID, TENANT_ID } from './id-patterns.js';

export const NOT_A_PROVIDER_ID = 'must be the id of a provider; see GET /v1/providers';

export const ProviderIdField = (options: FieldOptions): PropertyDecorator =>
  PatternField(PROVIDER_ID, NOT_A_PROVIDER_ID, options);

export const TenantIdField = (options: FieldOptions): PropertyDecorator =>
  PatternField(TENANT_ID, 'must be the id of a tenant, such as ten_01jd…', options);

export const OfferingIdField = (options: FieldOptions): PropertyDecorator =>
  PatternField(OFFERING_ID, 'must be the id of an offering; see GET /v1/offerings', options);

export const OfferIdField = (options: FieldOptions): PropertyDecorator =>
  PatternField(OFFER_ID, 'must be the id of an offer, such as off_01jd…', options);
