import {
  clues,
  decimal,
  evidence,
  exactText,
  identifier,
  instant,
  list,
  mass,
  NO_CLUES,
  nullable,
  object,
  oneOf,
  rows,
  text,
  textOrNumber,
  webUrl,
  type Decoded,
} from '../kit/decode.js';

/** CNaught's responses, as far as this gateway reads them. Field names are documented. */

export const portfolioListWire = object({ data: rows(object({ id: identifier }), NO_CLUES) });

export const portfolioWire = object({
  id: identifier,
  name: evidence(text),
  summary: evidence(text),
  description: evidence(text),
  api_price_per_kg_usd_cents: nullable(decimal),
});
export type PortfolioWire = Decoded<typeof portfolioWire>;

export const quoteWire = object({ amount_kg: mass('kg'), price_usd_cents: decimal });

const retirementWire = object({ serial_number_range: evidence(textOrNumber), url: evidence(webUrl) });

const allocationWire = object({
  project: evidence(object({ name: evidence(text), registry_name: evidence(text) })),
  amount_kg: decimal,
  retirements: evidence(list(evidence(retirementWire))),
});
export type AllocationWire = Decoded<typeof allocationWire>;

export const orderWire = object({
  id: identifier,
  created_on: instant,
  amount_kg: mass('kg'),
  price_usd_cents: decimal,
  // The documentation once writes `canceled`.
  state: oneOf(['placed', 'fulfilled', 'cancelled', 'canceled']),
  // Our reference is in it, and is compared as it stands.
  metadata: nullable(exactText),
  certificate_public_url: evidence(webUrl),
  certificate_download_public_url: evidence(webUrl),
  checkout_session_id: nullable(identifier),
  project_allocations: nullable(list(allocationWire)),
});
export type OrderWire = Decoded<typeof orderWire>;

const orderClues = clues({
  id: identifier,
  created_on: instant,
  metadata: exactText,
  checkout_session_id: identifier,
});

export const orderListWire = object({ data: rows(orderWire, orderClues) });
export type OrderRow = Decoded<typeof orderListWire>['data'][number];

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
