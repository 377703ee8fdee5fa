import {
  decimal,
  identifier,
  instant,
  list,
  mass,
  nullable,
  object,
  oneOf,
  text,
  webUrl,
  type Decoded,
} from '../kit/decode.js';

/** CNaught's responses, as far as this gateway reads them. Field names are documented. */

export const portfolioListWire = object({ data: list(object({ id: identifier })) });

export const portfolioWire = object({
  id: identifier,
  name: text,
  summary: nullable(text),
  description: nullable(text),
  api_price_per_kg_usd_cents: nullable(decimal),
});
export type PortfolioWire = Decoded<typeof portfolioWire>;

export const quoteWire = object({ amount_kg: mass('kg'), price_usd_cents: decimal });

const retirementWire = object({ serial_number_range: nullable(text), url: nullable(webUrl) });

const allocationWire = object({
  project: object({ name: text, registry_name: nullable(text) }),
  amount_kg: decimal,
  retirements: nullable(list(retirementWire)),
});
export type AllocationWire = Decoded<typeof allocationWire>;

export const orderWire = object({
  id: identifier,
  created_on: instant,
  amount_kg: mass('kg'),
  price_usd_cents: decimal,
  // The documentation once writes `canceled`.
  state: oneOf(['placed', 'fulfilled', 'cancelled', 'canceled']),
  metadata: nullable(text),
  certificate_public_url: nullable(webUrl),
  certificate_download_public_url: nullable(webUrl),
  checkout_session_id: nullable(identifier),
  project_allocations: nullable(list(allocationWire)),
});
export type OrderWire = Decoded<typeof orderWire>;

export const orderListWire = object({ data: list(orderWire) });

export const sessionWire = object({
  id: identifier,
  amount_kg: mass('kg'),
  price_usd_cents: decimal,
  checkout_url: webUrl,
  state: oneOf(['open', 'complete', 'expired']),
  // In the documented example, not in the schema.
  created_on: nullable(instant),
  expires_on: instant,
});
export type SessionWire = Decoded<typeof sessionWire>;
