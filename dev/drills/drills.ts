import { setTimeout } from 'node:timers/promises';
import {
  contradictingEnd,
  paymentDisputed,
  paidTwice,
  paymentUnconfirmed,
  retirementFailed,
  tooManyClaims,
  undoneAfterRetirement,
} from './payment-drills.js';
import type { Situation, Stage } from './stage.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export interface Drill {
  /** What has gone wrong. */
  readonly means: string;
  /** Where docs/runbook.md says what to do. */
  readonly section: string;
  readonly make: (stage: Stage) => Promise<Situation>;
}

const ON_ACCOUNT = { payment: { method: 'account' } };
/** At One Tribe: nothing protects a repeat, and orders can be listed. */
const TREES = { ...ON_ACCOUNT, provider: 'one_tribe', mass: { value: '2', unit: 't' } };
/** At CNaught: a repeat under its key buys once. */
const MIX = { ...ON_ACCOUNT, provider: 'cnaught', mass: { value: '100', unit: 'kg' } };

const PURCHASES_AT_ONE_TRIBE = { method: 'POST', path: '/transactions' };
const LIST_AT_ONE_TRIBE = { method: 'GET', path: '^/transactions$' };
const PURCHASES_AT_CNAUGHT = { method: 'POST', path: '^/orders$' };

const BROKEN_OFF = { kind: 'reset', when: 'after_effect' };
const NEVER_ARRIVED = { kind: 'reset', when: 'before_effect' };
const DOWN = { kind: 'error', status: 503, effect: false };
const KEY_REFUSED = { kind: 'refused', status: 401 };

const inDoubt = async (stage: Stage): Promise<Situation> => {
  await stage.oneTribe.breakWith(PURCHASES_AT_ONE_TRIBE, BROKEN_OFF, 1);
  const { id } = await stage.order(TREES);
  // The look that it waits for is due, and put off: else the gateway has settled it before anybody has opened it.
  await stage.letTimePass(10_000, id);
  await stage.query("UPDATE tasks SET run_at = now() + interval '10 minutes' WHERE subject_id = $1", [id]);
  return { order: id, told: ['One Tribe answers again. Left alone, the gateway looks for the order in ten minutes.'] };
};

const unprovenOutcome = async (stage: Stage): Promise<Situation> => {
  await stage.oneTribe.breakWith(PURCHASES_AT_ONE_TRIBE, NEVER_ARRIVED);
  await stage.oneTribe.breakWith(LIST_AT_ONE_TRIBE, { kind: 'broken_json' });
  const { id } = await stage.order(TREES);
  await stage.untilReviewed(id, 'unproven_outcome', DAY);
  await stage.oneTribe.mend();
  return { order: id, told: ['One Tribe could not show its list for days. It can now, and the order is not in it.'] };
};

const vanished = async (stage: Stage): Promise<Situation> => {
  const { id, provider_order_id: purchase } = await stage.order(TREES);
  await stage.oneTribe.command(`/transactions/${purchase}/vanish`);
  await stage.untilReviewed(id, 'vanished', DAY);
  return { order: id, told: ['One Tribe writes: “We have deleted this order by mistake, nothing was retired.”'] };
};

const boughtTwice = async (stage: Stage): Promise<Situation> => {
  await stage.oneTribe.breakWith(PURCHASES_AT_ONE_TRIBE, BROKEN_OFF, 1);
  const { id } = await stage.order(TREES);
  await stage.oneTribe.buy('/transactions', await stage.sent(id));
  const { provider_order_id: kept } = await stage.untilReviewed(id, 'bought_twice', 5_000);
  const purchases = (await stage.oneTribe.ledger()).filter(
    ({ kind, reference }) => kind === 'transaction_created' && reference === id,
  );
  const surplus = purchases.find((purchase) => purchase.id !== kept)?.id;
  return { order: id, told: [`One Tribe writes: “We have refunded ${surplus}.”`] };
};

const orphanPurchase = async (stage: Stage): Promise<Situation> => {
  await stage.cnaught.breakWith(PURCHASES_AT_CNAUGHT, { kind: 'refused', status: 400 }, 1);
  const { id } = await stage.order(MIX);
  const { id: purchase } = await stage.cnaught.buy<{ id: string }>('/orders', await stage.sent(id));
  // With it goes the callback by which the gateway hears of it.
  await stage.cnaught.command('/advance', { id: purchase, to: 'fulfilled' });
  await stage.untilReviewed(id, 'orphan_purchase', 0);
  return { order: id, told: [`CNaught shows ${purchase} as fulfilled. The tenant writes: “We keep it.”`] };
};

const answerDisagrees = async (stage: Stage): Promise<Situation> => {
  const { id, provider_order_id: purchase } = await stage.order(MIX);
  const another = { kind: 'set_field', path: 'amount_kg', value: 90 };
  await stage.cnaught.breakWith({ method: 'GET', path: `/orders/${purchase}` }, another);
  await stage.untilReviewed(id, 'answer_disagrees', DAY);
  return { order: id, told: ['CNaught writes: “It was 90 kg. We only had so much.”'] };
};

const unreadableAnswer = async (stage: Stage): Promise<Situation> => {
  const { id, provider_order_id: purchase } = await stage.order(MIX);
  await stage.cnaught.breakWith({ method: 'GET', path: `/orders/${purchase}` }, { kind: 'unknown_status' });
  await stage.untilReviewed(id, 'unreadable_answer', DAY);
  return { order: id, told: [`CNaught has a new status word. To have it take that back: ${stage.cnaught.mending}`] };
};

const submissionKeepsFailing = async (stage: Stage): Promise<Situation> => {
  await stage.cnaught.breakWith({ path: '/orders' }, KEY_REFUSED);
  const { id } = await stage.order({ ...MIX, if_paused: 'wait' });
  await stage.letTimePass(DAY, id);
  await stage.untilReviewed(id, 'submission_keeps_failing', 2 * 60 * MINUTE);
  return {
    order: id,
    told: ['CNaught has refused the key for a day.', `To have it take the key: ${stage.cnaught.mending}`],
  };
};

const credentials = async (stage: Stage): Promise<Situation> => {
  await stage.oneTribe.breakWith({ path: '/transactions' }, KEY_REFUSED);
  const { id } = await stage.order({ ...TREES, if_paused: 'wait' });
  return { order: id, told: [`One Tribe refuses the key. To have it take the key: ${stage.oneTribe.mending}`] };
};

/** So many purchases in a row without a response pause the provider. */
const OUTAGE_ORDERS = 5;

const outage = async (stage: Stage): Promise<Situation> => {
  await stage.cnaught.breakWith({ path: '/orders' }, DOWN);
  for (let nth = 0; nth < OUTAGE_ORDERS; nth++) await stage.order({ ...MIX, if_paused: 'wait' });
  return { order: null, told: [`CNaught is down. To bring it back: ${stage.cnaught.mending}`] };
};

const quota = async (stage: Stage): Promise<Situation> => {
  await stage.oneTribe.breakWith(PURCHASES_AT_ONE_TRIBE, { kind: 'rate_limited', retryAfterSeconds: 60 }, 1);
  const { id } = await stage.order(TREES);
  await setTimeout(500);
  return { order: id, told: ['One Tribe answers 429: another program uses the same account.'] };
};

/** Every situation that can be practised: one for each reason for a review, and those of providers. */
export const DRILLS: Readonly<Record<string, Drill>> = {
  'in-doubt': {
    means: 'sent to One Tribe, and the answer was cut off',
    section: 'Orders in doubt',
    make: inDoubt,
  },
  'unproven-outcome': {
    means: 'sent to One Tribe, and its list could not be read for days',
    section: 'unproven_outcome',
    make: unprovenOutcome,
  },
  vanished: { means: 'One Tribe knows the order no more', section: 'vanished', make: vanished },
  'bought-twice': { means: 'One Tribe has two purchases of one order', section: 'bought_twice', make: boughtTwice },
  'orphan-purchase': {
    means: 'CNaught refused an order, and has bought it all the same',
    section: 'orphan_purchase',
    make: orphanPurchase,
  },
  'answer-disagrees': {
    means: 'CNaught shows another mass than was ordered',
    section: 'answer_disagrees',
    make: answerDisagrees,
  },
  'unreadable-answer': {
    means: 'CNaught shows a status that there is not',
    section: 'unreadable_answer',
    make: unreadableAnswer,
  },
  'submission-keeps-failing': {
    means: 'CNaught has refused our key for a day, and an order waits',
    section: 'submission_keeps_failing',
    make: submissionKeepsFailing,
  },
  'paid-twice': { means: 'Carbonmark has two payments for one order', section: 'paid_twice', make: paidTwice },
  'payment-disputed': {
    means: 'one payment at Carbonmark, brought back at two equal orders',
    section: 'payment_disputed',
    make: paymentDisputed,
  },
  'payment-unconfirmed': {
    means: 'the payer paid at Carbonmark and closed the browser',
    section: 'payment_unconfirmed',
    make: paymentUnconfirmed,
  },
  'too-many-claims': {
    means: 'somebody makes up payment ids at the return address of an order',
    section: 'too_many_claims',
    make: tooManyClaims,
  },
  'retirement-failed': {
    means: 'paid at Carbonmark, and the retirement failed',
    section: 'retirement_failed',
    make: retirementFailed,
  },
  'undone-after-retirement': {
    means: 'Carbonmark shows a completed retirement as failed',
    section: 'undone_after_retirement',
    make: undoneAfterRetirement,
  },
  'contradicting-end': {
    means: 'Carbonmark shows a paid payment as expired',
    section: 'contradicting_end',
    make: contradictingEnd,
  },
  credentials: { means: 'One Tribe refuses our key', section: 'Provider outage or pause', make: credentials },
  outage: { means: 'CNaught is down', section: 'Provider outage or pause', make: outage },
  quota: { means: 'One Tribe answers 429', section: '429', make: quota },
};
