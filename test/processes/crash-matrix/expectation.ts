import type { OrderStatus } from '../../../src/domain/orders/lifecycle.js';
import type { ReviewReason } from '../../../src/domain/orders/review.js';
import type { Case, Death } from './cases.js';
import { OUTCOMES, type Outcome } from './outcomes.js';
import { PROFILES } from './profile.js';

export interface Expectation {
  readonly status: OrderStatus;
  readonly review: ReviewReason | null;
}

/** The intent was committed and nothing left, which cannot be known afterwards. */
const LEFT_UNSENT: ReadonlySet<Death> = new Set<Death>(['intent_committed', 'sending']);

/** The provider has responded or is about to, and the response died with the process. */
const RESPONSE_LOST: ReadonlySet<Death> = new Set<Death>(['responded', 'in_flight']);

const completed: Expectation = { status: 'completed', review: null };
const failed: Expectation = { status: 'failed', review: null };
const cancelled: Expectation = { status: 'cancelled', review: null };
const unproven: Expectation = { status: 'in_doubt', review: 'unproven_outcome' };

/**
 * The only end that is right for a case. An order ends under review in these classes and no others:
 *
 * - `unproven_outcome`, under a key: a send of unknown outcome whose repeat is refused (a refusal says nothing of an
 *   earlier send), or whose key was forgotten before the order was taken up again, while the list shows nothing.
 * - `unproven_outcome`, where nothing protects a repeat: sent, or about to be, and not to be found. It is never sent again.
 * - `unproven_outcome`, by lookup: absent twice, once for the process that died before sending, once for the provider.
 * - `answer_disagrees`: a response was read that speaks of something else than what was ordered. Where the truth
 *   can be read later the order goes on, and the flag stays for a person to see what was strange.
 * - `payment_unconfirmed`: the page has closed and the payer never came back, where only the payer knows the payment.
 *
 * An unknown status, in a poll or in the list that is searched, is flagged too; but the next readable response ends that
 * by itself. (In the response to the purchase it is silence like any other: the order is sent again or sought.)
 */
export const expectationOf = (each: Case): Expectation => {
  switch (each.kind) {
    case 'key':
      return underKey(each);
    case 'lookup':
      return byLookup(each);
    case 'none':
      return unprotected(each);
    case 'session':
    case 'return':
      return onPage(each);
    case 'key_cancel':
    case 'lookup_cancel':
    case 'key_cancel_left':
    case 'lookup_cancel_left':
      return afterCancelling(each);
  }
};

const underKey = (each: Case): Expectation => {
  const { death, outcome } = each;
  if (outcome === 'refused') return LEFT_UNSENT.has(death) || RESPONSE_LOST.has(death) ? unproven : failed;
  if (outcome === 'key_forgotten_unbought') return unproven;
  // Another request has the key: what became of it is not ours to know.
  if (outcome === 'changed_payload') return { status: 'in_doubt', review: 'answer_disagrees' };
  return strangeResponse(each) ?? completed;
};

const byLookup = (each: Case): Expectation => {
  const { death, outcome } = each;
  const { effect, response }: Outcome = OUTCOMES[outcome];
  if (response === 'refused') return failed;
  const absentTwice = LEFT_UNSENT.has(death) && effect === 'not_applied' && response === 'unknown';
  if (absentTwice) return unproven;
  return strangeResponse(each) ?? completed;
};

const unprotected = (each: Case): Expectation => {
  const { death, outcome } = each;
  const { effect, response }: Outcome = OUTCOMES[outcome];
  if (LEFT_UNSENT.has(death)) return unproven;
  if (effect === 'not_applied' && (response === 'unknown' || RESPONSE_LOST.has(death))) return unproven;
  if (response === 'refused') return failed;
  return strangeResponse(each) ?? completed;
};

const onPage = (each: Case): Expectation => {
  const { kind, outcome } = each;
  const { response, payer }: Outcome = OUTCOMES[outcome];
  if (response === 'refused') return failed;
  if (payer !== undefined && kind === 'return') return { status: 'awaiting_payment', review: 'payment_unconfirmed' };
  if (payer === 'never_pays') return { status: 'expired', review: null };
  return strangeResponse(each) ?? completed;
};

const strangeResponse = ({ kind, death, outcome }: Case): Expectation | null => {
  // The list is searched first for the purchase that never left: nothing in it can be strange.
  const listIsEmpty = kind === 'lookup' && LEFT_UNSENT.has(death);
  const wasRead =
    (outcome === 'altered_amount' && !RESPONSE_LOST.has(death)) ||
    (outcome === 'altered_in_list' && death !== 'looked_up' && !listIsEmpty);
  return wasRead ? { ...completed, review: 'answer_disagrees' } : null;
};

const afterCancelling = ({ kind, death, outcome }: Case): Expectation => {
  const { effect, response }: Outcome = OUTCOMES[outcome];
  if (response === 'refused') return completed;
  if (PROFILES[kind].cancelled === 'until_responded') return cancelled;
  // The client has gone: only what reached the provider counts.
  const wasSent = death === 'cancel_responded' || death === 'in_flight' || death === 'observed';
  return wasSent && effect !== 'not_applied' ? cancelled : completed;
};
