import { CORRECT, NEW_KEY, LATER, type ProblemKind } from './problem-kind.js';

/** About what is bought, and what it is bought from. */
export const ORDER_PROBLEMS = {
  order_not_found: {
    status: 404,
    title: 'There is no such order',
    meaning: 'No order of yours has this id, or was made with this idempotency key.',
    remedy: 'Check the id. A key that made no order can still be used for one.',
    retry: CORRECT,
  },
  event_not_found: {
    status: 404,
    title: 'There is no such event',
    meaning: 'No event of yours has the id in `after`, so there is nothing to go on from.',
    remedy:
      'Send the `next_after` of the page before, the id of an event that you have, or no `after` to begin at the first.',
    retry: CORRECT,
  },
  quote_not_found: {
    status: 404,
    title: 'There is no such quote',
    meaning: 'No quote of yours has this id.',
    remedy: 'Check the id, or ask for a new quote.',
    retry: CORRECT,
  },
  offering_not_found: {
    status: 404,
    title: 'There is no such offering',
    meaning: 'No enabled provider, or not the provider named in the request, sells an offering with this id now.',
    remedy: 'Choose one from GET /v1/offerings.',
    retry: CORRECT,
  },
  offer_not_found: {
    status: 404,
    title: 'There is no such offer',
    meaning: 'No quote of yours contains an offer with this id.',
    remedy: 'Take the id from the `offers` of a quote.',
    retry: CORRECT,
  },
  callback_token_unknown: {
    status: 404,
    title: 'There is no such URL',
    meaning: 'No order has this token.',
    remedy: 'Use the URL exactly as this gateway gave it.',
    retry: CORRECT,
  },
  offer_expired: {
    status: 409,
    title: 'The offer has expired',
    meaning: 'The price of the offer no longer holds: `numbers.expired_at`. Nothing was ordered.',
    remedy: 'Ask for a new quote and order one of its offers.',
    retry: CORRECT,
  },
  possible_duplicate: {
    status: 409,
    title: 'The order looks like one made just now',
    meaning:
      'An order with the same `reference`, provider, mass and beneficiary, or without a `reference` one for the same offer, was made a short time ago under another key; capitals, spaces and the composition of letters do not count. Nothing was ordered.',
    remedy: 'Look at the order in `order_id`; if both are wanted, send `"allow_duplicate": true`.',
    retry: CORRECT,
  },
  order_not_cancellable: {
    status: 409,
    title: 'The order cannot be cancelled',
    meaning: 'It is being sent, is fulfilled or has ended, or its provider cannot cancel orders. `detail` says which.',
    remedy: 'Read the order: `cancellation.possible` says whether a later attempt makes sense.',
    retry: CORRECT,
  },
  pool_sealed: {
    status: 409,
    title: 'The pool of the order is sealed',
    meaning: 'What the order is for is being bought together with the orders of others, and nobody can leave any more.',
    remedy: 'Wait. Should nothing be bought, the order is in another pool, and can be cancelled until that is sealed.',
    retry: LATER,
  },
  pool_not_found: {
    status: 404,
    title: 'There is no such pool',
    meaning: 'No pool has this id.',
    remedy: 'Take the id from GET /v1/finance/pools, or from `pool` of an order.',
    retry: CORRECT,
  },
  provider_not_enabled: {
    status: 422,
    title: 'The provider is not enabled here',
    meaning: 'No provider with this id is connected to this gateway.',
    remedy: 'Choose one from GET /v1/providers.',
    retry: CORRECT,
  },
  payment_method_not_supported: {
    status: 422,
    title: 'The payment method is not supported',
    meaning: 'The provider or offer does not accept this payment method; `numbers.payment_methods` are possible.',
    remedy: 'See `payment_methods` in GET /v1/providers.',
    retry: CORRECT,
  },
  mass_not_orderable: {
    status: 422,
    title: 'This mass cannot be ordered exactly',
    meaning:
      'The provider sells in steps, or has a minimum or a maximum: `numbers.mass`. `nearest` says what can be ordered instead.',
    remedy: 'Order one of the nearest masses, or send `"rounding": "up"`.',
    retry: CORRECT,
  },
  no_supply: {
    status: 422,
    title: 'There is not so much to buy',
    meaning: 'The provider or offering has less left than is wanted: `numbers.available`. Nothing was ordered.',
    remedy: 'Order at most what `nearest.below` says, or choose another offering or provider.',
    retry: CORRECT,
  },
  total_not_payable: {
    status: 422,
    title: 'The total cannot be paid this way',
    meaning:
      'The price, `numbers.total`, is below the smallest or above the largest total that the provider takes by this method.',
    remedy: 'Order another mass, see `detail`, or pay by another method; with a new key if there is an `order_id`.',
    retry: NEW_KEY,
  },
  text_too_long: {
    status: 422,
    title: 'A text is too long for the provider',
    meaning:
      'Names, messages and descriptions become public and permanent, so none is cut. `errors` says which, and by how much.',
    remedy: 'Shorten what `errors` lists, or order from another provider.',
    retry: CORRECT,
  },
  no_provider_available: {
    status: 422,
    title: 'No provider can serve this order now',
    meaning: 'No enabled provider can serve it; `unavailable` says why for each. Nothing was ordered.',
    remedy: 'Change the order, or retry later.',
    retry: LATER,
  },
  price_not_comparable: {
    status: 422,
    title: 'The limit is in another currency',
    meaning:
      '`max_total` is not in the currency that the provider charges, or there is no exchange rate to hold that currency against the limits.',
    remedy: 'Send `max_total` in the currency named in `detail`; or have the operator add the rate.',
    retry: CORRECT,
  },
  order_above_limit: {
    status: 422,
    title: 'The order is larger than allowed',
    meaning: 'The mass or the total is above what one order of this tenant or key may have: `numbers.order_limit`.',
    remedy: 'Order less at once, or have the operator raise the limit.',
    retry: CORRECT,
  },
  spending_limit_reached: {
    status: 422,
    title: 'The spending limit of the month does not allow this order',
    meaning:
      'Orders on account of this calendar month (UTC), with what is reserved for open ones, would come to more than this tenant or key may spend: `numbers.month_limit`.',
    remedy: 'Order less, wait for the next month, or have the operator raise the limit.',
    retry: LATER,
  },
  price_above_limit: {
    status: 422,
    title: 'The price is above the limit',
    meaning:
      'The price now, `numbers.total`, is above `numbers.maximum_total`: above `max_total`, above the offer that was ordered, or, where no price was known beforehand, above what tenant or key may order at once. Nothing was sent to the provider.',
    remedy: 'Order again with a new key and a higher limit, or ask for a new quote.',
    retry: NEW_KEY,
  },
  provider_rejected: {
    status: 422,
    title: 'The provider refused the order',
    meaning: 'The provider refused the order for good. Nothing was bought.',
    remedy: 'Change what `detail` names, and order again with a new key.',
    retry: NEW_KEY,
  },
  provider_unavailable: {
    status: 503,
    title: 'The provider does not respond',
    meaning: 'The provider could not be read just now.',
    remedy: 'Retry after `Retry-After` seconds.',
    retry: LATER,
  },
  provider_paused: {
    status: 503,
    title: 'The provider is paused',
    meaning:
      'Nothing of this kind is sent to this provider for now: it does not respond, or refuses our credentials or credit, or a person has switched it off, `numbers.switched_off`. Nothing was ordered, nor cancelled.',
    remedy: 'Retry later, choose another provider, or send `"if_paused": "wait"`.',
    retry: LATER,
  },
  tenant_paused: {
    status: 503,
    title: 'This tenant is paused',
    meaning:
      'The operators have switched this off for the tenant: `numbers.switched_off` says why and until when at most. Nothing was ordered, nor cancelled.',
    remedy: 'Retry later, or ask the operators. Orders that were accepted before wait.',
    retry: LATER,
  },
  order_lost: {
    status: 503,
    title: 'The order was lost',
    meaning:
      'The database had confirmed the order and does not have it any more, as after a failover that lost commits. Whether it was bought is not known here.',
    remedy: 'Do not order again: that may buy twice. Give `order_id` to the operators, who find it at the provider.',
    retry: { safe: false, sameKey: false },
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;
