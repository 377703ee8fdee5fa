/** What a person can decide about an order. A closed list: nobody sets a status, and nothing is ever sent again. */
export const DECISIONS = {
  adopt_purchase: 'a purchase found at the provider is this order’s',
  adopt_payment: 'a payment found at the provider is this order’s',
  end_not_bought: 'nothing was bought: the order has failed',
  close_unpaid_page: 'nobody has paid: the order has expired',
  end_undone: 'the provider has it no more and has retired nothing: the order is cancelled',
  accept_difference: 'what the provider recorded is taken as it is, although it was not ordered so',
  compensation_done: 'every purchase too many is cancelled, refunded, or kept by agreement',
  acknowledge: 'a person has seen it, and nothing is left to do',
  cancel: 'the order is undone before it is fulfilled: the provider is asked to cancel it',
} as const;
export type Decision = keyof typeof DECISIONS;

export const DECISION_NAMES = Object.keys(DECISIONS) as Decision[];

/** Why a decision is refused. */
export const REFUSALS = {
  not_applicable: 'the decision is not for an order in this status, or under review for this reason',
  not_cancellable: 'the order cannot be cancelled, or not any more',
  attempt_running: 'a process is at the order, and may be sending it',
  other_account: 'the purchase may be at another account of the provider than the one this gateway calls',
  gateway_still_resolving: 'the gateway is still finding out by itself',
  settle_time_running: 'a purchase might not be visible at the provider yet',
  page_still_open: 'the page can still be paid',
  claim_open: 'payment ids that were brought back are not decided yet',
  purchase_not_named: 'it is not said which purchase or payment the decision is about',
  provider_unavailable: 'the provider could not be read just now',
  not_readable: 'what the provider responds with cannot be understood',
  not_found_at_provider: 'the provider knows no such purchase or payment',
  found_at_provider: 'the provider has a purchase of this order: adopt it',
  list_not_complete:
    'the list of the provider could not be read completely, and nobody has stated that nothing was bought',
  purchase_belongs_to_another_order: 'another order has this purchase or payment',
  evidence_disagrees: 'it differs from what was ordered',
  payment_not_paid: 'the payment is not made',
  payment_found: 'the page was paid',
  still_at_provider: 'the provider still has the order',
  retired_at_provider: 'the provider has retired the credits',
  purchase_not_covered: 'of a purchase too many nobody has said what became of it',
  not_cancelled_at_provider: 'the provider does not show it as cancelled',
  difference_changed: 'the provider shows something else now',
  cause_still_there: 'what was flagged is still so',
  ends_by_news: 'this ends by itself with the next news of the provider',
  statement_required: 'it takes a statement of the provider',
} as const;
export type Refusal = keyof typeof REFUSALS;

/** What somebody at a provider said, and where that lies. Files are not kept here, only their hash. */
export interface Statement {
  readonly from: string;
  readonly receivedAt: string;
  readonly quote: string;
  readonly ticket: string | null;
  readonly fileSha256: string | null;
}

/** What a person brings with a decision. */
export interface Evidence {
  /** The purchase, or the payment, that it is about. */
  readonly providerOrderId: string | null;
  /** Of `compensation_done`: what became of each purchase too many. */
  readonly cancelled: readonly string[];
  readonly refunded: readonly string[];
  readonly kept: readonly string[];
  readonly statement: Statement | null;
}

export const NO_EVIDENCE: Evidence = { providerOrderId: null, cancelled: [], refunded: [], kept: [], statement: null };

/** What each decision has to be told, beside the reason. */
export const EVIDENCE_ASKED: Readonly<Record<Decision, readonly (keyof Evidence)[]>> = {
  adopt_purchase: ['providerOrderId'],
  adopt_payment: ['providerOrderId'],
  end_not_bought: ['statement'],
  close_unpaid_page: ['statement'],
  end_undone: ['statement'],
  accept_difference: ['providerOrderId', 'statement'],
  compensation_done: ['cancelled', 'refunded', 'kept', 'statement'],
  acknowledge: [],
  cancel: [],
};
