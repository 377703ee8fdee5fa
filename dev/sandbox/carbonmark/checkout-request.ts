import { Decimal } from 'decimal.js';
import { isJsonObject, jsonObjectFrom, type SimulatedResponse } from '../http-messages.js';
import { isLoopbackHost } from '../loopback.js';
import { errorResponse } from './carbonmark-errors.js';
import type { ListingRow } from './carbonmark-fixtures.js';
import type { Listings } from './listings.js';

const SOURCE_ID = /^listing-(137|8453|84532)-0x[0-9a-fA-F]{64}$/;

export interface Purchase {
  readonly listing: ListingRow;
  readonly quantityTonnes: number;
}

type Refusable<T> = T | { readonly refusal: SimulatedResponse };

const refused = (status: number, message: string): { readonly refusal: SimulatedResponse } => ({
  refusal: errorResponse(status, message),
});

type Body = Readonly<Record<string, unknown>>;

export const bodyFrom = (text: string): Refusable<{ readonly body: Body }> => {
  const body = jsonObjectFrom(text);
  return body ? { body } : refused(400, 'body must be object');
};

/** What a request wants to buy, if the listing can serve it at all. */
export const purchaseFrom = (body: Body, listings: Listings): Refusable<Purchase> => {
  const { asset_price_source_id: sourceId, quantity_tonnes: quantityTonnes } = body;
  if (typeof sourceId !== 'string' || !SOURCE_ID.test(sourceId)) {
    return refused(400, 'body/asset_price_source_id must be the id of a listing');
  }
  if (typeof quantityTonnes !== 'number' || quantityTonnes <= 0) {
    return refused(400, 'body/quantity_tonnes must be > 0');
  }
  const kg = new Decimal(quantityTonnes).times(1000);
  if (!kg.isInteger()) return refused(400, 'body/quantity_tonnes must be multiple of 0.001');
  const listing = listings.find(sourceId);
  if (!listing) return refused(404, 'Listing not found');
  if (kg.lt(listing.minFillKg)) return refused(400, 'body/quantity_tonnes is below the minimum fill amount');
  if (kg.gt(listing.liquidSupplyKg)) return refused(422, 'Insufficient supply');
  return { listing, quantityTonnes };
};

export interface Retirement {
  readonly beneficiaryName: string;
  readonly retirementMessage: string;
}

/** The public words of the retirement, both required. */
export const retirementFrom = (body: Body): Refusable<Retirement> => {
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  const { beneficiary_name: beneficiaryName, retirement_message: retirementMessage } = metadata;
  if (!isText(beneficiaryName, 255))
    return refused(400, 'body/metadata/beneficiary_name must have 1 to 255 characters');
  if (!isText(retirementMessage, 500)) {
    return refused(400, 'body/metadata/retirement_message must have 1 to 500 characters');
  }
  return { beneficiaryName, retirementMessage };
};

export interface ReturnUrls {
  readonly successUrl: string;
  readonly cancelUrl: string;
}

export const returnUrlsFrom = (body: Body, allowLoopback: boolean): Refusable<ReturnUrls> => {
  const { success_url: successUrl, cancel_url: cancelUrl } = body;
  if (!isReturnUrl(successUrl, allowLoopback)) return refused(400, 'body/success_url must be an absolute https URL');
  if (!isReturnUrl(cancelUrl, allowLoopback)) return refused(400, 'body/cancel_url must be an absolute https URL');
  return { successUrl, cancelUrl };
};

const isText = (value: unknown, maxLength: number): value is string =>
  typeof value === 'string' && value !== '' && value.length <= maxLength;

const isReturnUrl = (value: unknown, allowLoopback: boolean): value is string => {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (allowLoopback && protocol === 'http:' && isLoopbackHost(hostname));
};
