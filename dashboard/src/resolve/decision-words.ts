import type { Of } from '../api/client.ts';

export type Decision = Of<'Choice'>['decision'];

/** What the button says, and what has happened if it was wrong to press it. */
export const DECISION_WORDS: Readonly<Record<Decision, { readonly verb: string; readonly ifWrong: string }>> = {
  adopt_purchase: {
    verb: 'Adopt the purchase',
    ifWrong: 'the tenant is shown a purchase as theirs that is somebody else’s',
  },
  adopt_payment: { verb: 'Adopt the payment', ifWrong: 'somebody else’s payment pays for this order' },
  end_not_bought: {
    verb: 'End as not bought',
    ifWrong: 'a purchase is hidden, and the tenant may buy again',
  },
  close_unpaid_page: { verb: 'End as unpaid', ifWrong: 'somebody has paid for an order that is shown as expired' },
  end_undone: { verb: 'End as undone', ifWrong: 'credits that are retired are shown as cancelled' },
  accept_difference: {
    verb: 'Accept the difference',
    ifWrong: 'the tenant has something else than they ordered, and nobody looks at it any more',
  },
  compensation_done: {
    verb: 'Close as compensated',
    ifWrong: 'a purchase too many stays paid, and nobody looks for it any more',
  },
  acknowledge: { verb: 'Acknowledge', ifWrong: 'nobody looks at it any more' },
  cancel: {
    verb: 'Cancel the order',
    ifWrong: 'the tenant does not get what they have ordered, and perhaps not their money back',
  },
};
