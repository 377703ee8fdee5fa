import {
  clues,
  decimal,
  evidence,
  exactText,
  flag,
  identifier,
  instant,
  mass,
  nullable,
  object,
  oneOf,
  rows,
  text,
  webUrl,
  wholeNumber,
  type Decoded,
  type Decoder,
} from '../kit/decode.js';

/**
 * Carbonmark's responses, as far as this gateway reads them. Those of the main API (`/prices`) are documented. Those of
 * the Checkout Service are not public: everything below marked `assumed` is, and is assumed nowhere else.
 */

/** Documented. Live lists hold entries without some of their parts, and entries that are no listings. */
const priceWire = object({
  sourceId: identifier,
  type: text,
  purchasePrice: nullable(decimal),
  liquidSupply: nullable(decimal),
  minFillAmount: nullable(decimal),
  listing: nullable(
    object({
      creditId: nullable(object({ vintage: evidence(wholeNumber(1900, 2200)), projectId: nullable(text) })),
      token: nullable(object({ name: evidence(text), isExAnte: nullable(flag) })),
      expiresAfter: nullable(wholeNumber(0)),
    }),
  ),
});
export type PriceWire = Decoded<typeof priceWire>;

export const priceListWire = rows(priceWire, clues({ sourceId: identifier }));
export type PriceRow = Decoded<typeof priceListWire>[number];

/** Assumed: as the documented quote of the main API. */
export const quoteWire = object({ asset_price_source_id: identifier, quantity_tonnes: mass('t'), cost_usdc: decimal });
export type QuoteWire = Decoded<typeof quoteWire>;

/** Assumed: a link under one of two names, and perhaps the payment's id. */
export const checkoutWire: Decoder<{ readonly url: string; readonly paymentId: string | null }> = (
  value,
  path,
  unread,
) => {
  const fields = object({
    url: nullable(webUrl),
    checkout_url: nullable(webUrl),
    payment_id: nullable(identifier),
    id: nullable(identifier),
  })(value, path, unread);
  return {
    url: fields.url ?? webUrl(fields.checkout_url, `${path}.url`, unread),
    paymentId: fields.payment_id ?? fields.id,
  };
};
export type CheckoutWire = Decoded<typeof checkoutWire>;

/** Assumed words. */
export const PAYMENT_STATUSES = ['open', 'processing', 'paid', 'failed', 'expired', 'refunded'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** Documented for orders of the main API; assumed for the order within a payment. */
export const RETIREMENT_STATUSES = ['SUBMITTED', 'INITIATED', 'COMMITTED', 'MINTED', 'COMPLETED', 'FAILED'] as const;
export type RetirementStatus = (typeof RETIREMENT_STATUSES)[number];

/** Assumed: the fields of the main API's order. */
const retirementWire = object({
  status: oneOf(RETIREMENT_STATUSES),
  transaction_hash: evidence(text),
  view_retirement_url: evidence(webUrl),
  completed_at: evidence(instant),
  // Compared with what was sent, as in the metadata.
  beneficiary_name: nullable(exactText),
  retirement_message: nullable(exactText),
});

/**
 * Assumed, but for there being a payment with an id and a retirement status. `amount` is in cents. Mass and amount are
 * required: a payment's id comes from a browser, and without them nothing shows that it is the payment of this order.
 */
export const paymentWire = object({
  id: identifier,
  status: oneOf(PAYMENT_STATUSES),
  amount: decimal,
  currency: oneOf(['usd', 'USD']),
  asset_price_source_id: nullable(identifier),
  quantity_tonnes: mass('t'),
  metadata: nullable(object({ beneficiary_name: nullable(exactText), retirement_message: nullable(exactText) })),
  order: nullable(retirementWire),
});
export type PaymentWire = Decoded<typeof paymentWire>;
