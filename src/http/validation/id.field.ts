import { PatternField, type FieldOptions } from './field.js';
import { ENDPOINT_ID, exampleOf, OFFER_ID, OFFERING_ID, ORDER_ID, PROVIDER_ID, TENANT_ID } from './id-patterns.js';

export const NOT_A_PROVIDER_ID = 'must be the id of a provider; see GET /v1/providers';

export const ProviderIdField = (options: FieldOptions): PropertyDecorator =>
  PatternField(PROVIDER_ID, NOT_A_PROVIDER_ID, { example: 'cnaught', ...options });

const IdField = (form: RegExp, message: string, options: FieldOptions): PropertyDecorator =>
  PatternField(form, message, { example: exampleOf(form), ...options });

export const TenantIdField = (options: FieldOptions): PropertyDecorator =>
  IdField(TENANT_ID, 'must be the id of a tenant, such as ten_01jd…', options);

export const OrderIdField = (options: FieldOptions): PropertyDecorator =>
  IdField(ORDER_ID, 'must be the id of an order, such as ord_01jd…', options);

export const EndpointIdField = (options: FieldOptions): PropertyDecorator =>
  IdField(ENDPOINT_ID, 'must be the id of a webhook endpoint, such as whe_01jd…', options);

export const OfferingIdField = (options: FieldOptions): PropertyDecorator =>
  IdField(OFFERING_ID, 'must be the id of an offering; see GET /v1/offerings', options);

export const OfferIdField = (options: FieldOptions): PropertyDecorator =>
  IdField(OFFER_ID, 'must be the id of an offer, such as off_01jd…', options);
