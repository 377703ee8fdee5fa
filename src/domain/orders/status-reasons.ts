import type { FailureReason } from '../providers/provider-error.js';

/** Why an order is in its status, where the status alone does not say it: what became of the latest try to buy, or who ended it. */
export const STATUS_REASONS = {
  invalid_request: 'the provider refused what was sent as malformed',
  mass_not_orderable: 'the mass is none that the provider sells: its step, its minimum or its maximum',
  insufficient_supply: 'the provider has less left than was ordered',
  offering_not_found: 'the provider does not sell the offering any more',
  order_not_found: 'the provider does not know the order',
  not_permitted: 'the account at the provider may not do this',
  credentials: 'the provider does not take the credentials of this gateway',
  insufficient_credit: 'the account at the provider has too little credit',
  rate_limited: 'the provider asked for a pause',
  unavailable: 'the provider could not be reached, or answered with a failure of its own',
  timed_out: 'the provider did not answer in time',
  other_account: 'the order was sent to another account than the one that is called now',
  unreadable_answer: 'the answer of the provider could not be understood',
  answer_disagrees: 'the answer of the provider is about something else than was ordered',
  rejected: 'the provider refused, for a reason that it does not tell in a way known here',
  price_above_limit: 'the price was above `max_total` or the offer; nothing was sent',
  payment_method_not_supported: 'the provider is not paid this way; nothing was sent',
  price_not_comparable: '`max_total` is in another currency than the price; nothing was sent',
  no_supply: 'the offering has less left than was ordered; nothing was sent',
  text_too_long: 'a text is longer than the provider takes; nothing was sent',
  total_not_payable: 'the total is below or above what can be paid this way; nothing was sent',
  switched_off: 'a person has switched such sends off until the time in `status_detail`; the order waits',
  pooled: 'it waits to be bought together with others; `pool` says until when',
  cancelled_by_caller: 'cancelled on request',
  cancelled_by_operator: 'cancelled by a person of the gateway’s own staff',
  not_bought: 'a person has decided, on evidence, that nothing was bought',
  vanished: 'the provider has it no more and has retired nothing: a person has ended it',
} as const satisfies Record<FailureReason | (string & {}), string>;
export type StatusReason = keyof typeof STATUS_REASONS;
