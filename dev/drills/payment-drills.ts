import type { PlacedOrder, Situation, Stage } from './stage.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** More undecided ids than an order keeps. */
const MADE_UP = 1_001;

/** What Carbonmark's sandbox takes its time for: every step ten seconds. */
const SLOW = '-- I will be slow --';

const openPage = (stage: Stage, message?: string): Promise<PlacedOrder> =>
  stage.order({
    provider: 'carbonmark',
    mass: { value: '500', unit: 'kg' },
    payment: { method: 'checkout', success_url: 'https://shop.example/paid', cancel_url: 'https://shop.example/back' },
    ...(message !== undefined && { retirement_message: message }),
  });

const pageOf = ({ checkout }: PlacedOrder): string => checkout?.url.split('/').at(-1) ?? '';

/** The payer pays. What their browser is sent back to, and the id of the payment in it. */
const pay = async (stage: Stage, page: string): Promise<{ readonly back: string; readonly payment: string }> => {
  const { redirect_to: back } = await stage.carbonmark.command<{ redirect_to: string }>(`/checkouts/${page}/pay`);
  return { back, payment: back.split('/').at(-1) ?? '' };
};

const inStatus =
  (...statuses: readonly string[]) =>
  ({ status }: PlacedOrder): boolean =>
    statuses.includes(status);

export const paymentUnconfirmed = async (stage: Stage): Promise<Situation> => {
  const order = await openPage(stage);
  const { payment } = await pay(stage, pageOf(order));
  await stage.untilReviewed(order.id, 'payment_unconfirmed', 2 * DAY);
  return { order: order.id, told: [`Carbonmark's pages show the payment ${payment}: 500 kg, Jane Smith, paid.`] };
};

export const tooManyClaims = async (stage: Stage): Promise<Situation> => {
  const order = await openPage(stage);
  const { payment } = await pay(stage, pageOf(order));
  // Each would be a request of its own; the gateway lets nobody make so many within a minute.
  await stage.query(
    `INSERT INTO purchase_claims (order_id, provider_order_id)
     SELECT $1, 'made-up-' || n FROM generate_series(1, $2::int) AS n`,
    [order.id, MADE_UP],
  );
  await stage.untilReviewed(order.id, 'too_many_claims', MINUTE);
  return { order: order.id, told: [`Carbonmark's pages show the payment ${payment}: 500 kg, Jane Smith, paid.`] };
};

export const paidTwice = async (stage: Stage): Promise<Situation> => {
  const known = new Set((await pagesOf(stage)).map(({ id }) => id));
  await stage.carbonmark.breakWith({ method: 'POST', path: '/checkout' }, { kind: 'reset', when: 'after_effect' }, 1);
  const { id } = await openPage(stage);
  const order = await stage.until(id, inStatus('awaiting_payment'), { stepMs: 5_000 });
  const first = await pay(stage, pageOf(order));
  const hidden = (await pagesOf(stage)).find((page) => !known.has(page.id) && page.id !== first.payment);
  const second = await pay(stage, hidden?.id ?? '');
  await stage.comeBack(first.back);
  await stage.until(id, ({ status }) => status !== 'awaiting_payment', { stepMs: MINUTE });
  await stage.comeBack(second.back);
  await stage.untilReviewed(id, 'paid_twice', MINUTE);
  return { order: id, told: [`Carbonmark writes: “We have refunded ${second.payment}.”`] };
};

const pagesOf = async (stage: Stage) =>
  (await stage.carbonmark.ledger()).filter(({ kind }) => kind === 'checkout_created');

/** Both pages say the same, so either order may be the one that was paid for. */
export const paymentDisputed = async (stage: Stage): Promise<Situation> => {
  const message = `For our guests, ${new Date().toISOString()}`;
  const [first, second] = [await openPage(stage, message), await openPage(stage, message)];
  const { back, payment } = await pay(stage, pageOf(second));
  const address = /https?:[^"]*\/v1\/returns\/[\w-]{43}/.exec(await stage.sent(first.id))?.[0] ?? '';
  await stage.comeBack(`${address}/${payment}`);
  await stage.until(first.id, ({ status }) => status !== 'awaiting_payment', { stepMs: MINUTE });
  await stage.comeBack(back);
  await stage.untilReviewed(second.id, 'payment_disputed', MINUTE);
  await stage.letTimePass(2 * DAY, second.id);
  return {
    order: second.id,
    told: ['Carbonmark writes: “There is one payment.”', `The other order is ${first.id}, which has it.`],
  };
};

export const retirementFailed = async (stage: Stage): Promise<Situation> => {
  const order = await openPage(stage);
  const { back, payment } = await pay(stage, pageOf(order));
  await stage.carbonmark.command('/advance', { id: payment, to: 'FAILED' });
  await stage.comeBack(back);
  await stage.untilReviewed(order.id, 'retirement_failed', MINUTE);
  return { order: order.id, told: [`Carbonmark writes: “We have refunded ${payment}.”`] };
};

export const contradictingEnd = async (stage: Stage): Promise<Situation> => {
  const order = await openPage(stage, SLOW);
  const { back, payment } = await pay(stage, pageOf(order));
  await stage.comeBack(back);
  await stage.until(order.id, inStatus('placed'), { stepMs: MINUTE });
  await stage.carbonmark.command(`/payments/${payment}/contradict`, { to: 'expired' });
  await stage.untilReviewed(order.id, 'contradicting_end', DAY);
  await stage.carbonmark.command(`/payments/${payment}/contradict`, { to: 'paid' });
  return { order: order.id, told: ['Carbonmark writes: “It was paid. Our page was wrong, and is right again.”'] };
};

export const undoneAfterRetirement = async (stage: Stage): Promise<Situation> => {
  // The page of the retirement comes later, so the order is retired and not complete.
  const pageless = { kind: 'delete_field', path: 'order.view_retirement_url' };
  await stage.carbonmark.breakWith({ method: 'GET', path: '/payments' }, pageless);
  const order = await openPage(stage, SLOW);
  const { back, payment } = await pay(stage, pageOf(order));
  await stage.carbonmark.command('/advance', { id: payment, to: 'COMPLETED' });
  await stage.comeBack(back);
  await stage.until(order.id, inStatus('retired'), { stepMs: MINUTE });
  await stage.carbonmark.command(`/payments/${payment}/contradict`, { to: 'FAILED' });
  await stage.untilReviewed(order.id, 'undone_after_retirement', DAY);
  await stage.carbonmark.command(`/payments/${payment}/contradict`, { to: 'COMPLETED' });
  await stage.carbonmark.mend();
  return { order: order.id, told: ['Carbonmark writes: “It is retired. Our page was wrong, and is right again.”'] };
};
