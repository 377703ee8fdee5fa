import type { LedgerEntry } from '../../dev/sandbox/index.js';
import { agrees, money } from '../../src/domain/money.js';
import { isTerminal } from '../../src/domain/orders/lifecycle.js';
import type { Order } from '../../src/domain/orders/order.js';
import { endsWithObservation } from '../../src/domain/orders/review.js';
import { PRICE_TOLERANCE } from '../../src/domain/purchases/integrity.js';
import { untruths } from '../faults/untruths.js';
import type { Alteration } from './altered-answer.js';
import type { AlteredScene } from './altered-scenes.js';
import type { AlteredTrial } from './altered-trial.js';
import { ENDLESS } from './field-alterations.js';

/** For so long the answers stay altered where they do not get better at once. */
const ENDURED_MS = [60_000, 600_000, 7_200_000];

/** An order of unknown outcome is looked at again within this time. */
const NEXT_LOOK_SECONDS = 3_700;

interface Ended {
  readonly violations: readonly string[];
  /** How the order ended, as `status` or `status (review)`. */
  readonly end: string;
}

/** Plays one alteration in one scene, and says what was wrong. `endures`: the answers stay altered for hours. */
export const play = async (
  trial: AlteredTrial,
  scene: AlteredScene,
  alteration: Alteration,
  endures: boolean,
): Promise<Ended> => {
  const { where } = scene;
  const proxy = trial.proxies[where];
  const violations: string[] = [];
  try {
    const neighbour = alteration.needsNeighbour ? await neighbourAt(trial, where) : null;
    const before = await scene.lead(trial);
    trial.callsEndSoon = alteration.stalls === true;
    proxy.alter(scene.response, alteration, neighbour);
    const met = await scene.meet(trial, before);
    await trial.readAll(where, met);
    if (endures) for (const ms of ENDURED_MS) await trial.engine.later(ms);
    if (proxy.altered === 0) violations.push('the gateway has not asked');
    if (proxy.altered >= ENDLESS) violations.push(`the gateway has asked ${proxy.altered} times`);
    if (proxy.strayed > 0) violations.push('it followed a redirect to somewhere else');
    trial.callsEndSoon = false;
    if (met !== null)
      violations.push(...(await wrongNow(trial, scene, met.id, neighbour)).map((what) => `when altered: ${what}`));
    trial.heal();

    if (met === null) await afterPauses(trial);
    const order = met ?? (await (where === 'carbonmark' ? trial.checkout(where) : trial.place(where)));
    const now = await trial.engine.order(order.id);
    if (!isTerminal(now.status)) await scene.finish(trial, now);
    await untilSettled(trial, order.id);
    await trial.readAll(where, order);
    const ended = await trial.engine.order(order.id);
    violations.push(
      ...(await wrongNow(trial, scene, order.id, neighbour)),
      ...wrongAtTheEnd(ended, alteration),
      ...trial.takeFaults(),
    );
    return { violations, end: ended.review ? `${ended.status} (${ended.review.reason})` : ended.status };
  } catch (thrown) {
    violations.push(
      `threw ${thrown instanceof Error ? (thrown.stack ?? '').split('\n').slice(0, 6).join(' | ') : String(thrown)}`,
    );
    return { violations: [...violations, ...trial.takeFaults()], end: 'threw' };
  } finally {
    trial.callsEndSoon = false;
    trial.heal();
    await trial.clear();
  }
};

/** Catalogs are read anew, and a provider that has not responded is asked whether it is back. */
const afterPauses = async (trial: AlteredTrial): Promise<void> => {
  trial.outlastCatalogs();
  await trial.engine.letTimePass(60_000);
  await trial.engine.probePaused();
};

const isSettled = ({ status, placedAt, review }: Order): boolean =>
  isTerminal(status) || placedAt !== null || review !== null;

/** A payment that does not fit is looked at again for some days before a person is told. */
const untilSettled = async (trial: AlteredTrial, orderId: string): Promise<void> => {
  for (let days = 0; days < 5 && !isSettled(await trial.engine.order(orderId)); days++)
    await trial.engine.later(24 * 3_600_000);
};

const neighbourAt = async (trial: AlteredTrial, where: AlteredScene['where']): Promise<string | null> =>
  where === 'carbonmark' ? 'pay_neighbour' : (await trial.place(where)).providerOrderId;

/**
 * A price that is not called charged is what a quote or a price list said, and says so. Of a charge, a cent more or less
 * passes for the provider's rounding.
 */
const untold = ({ price }: Order, [purchase]: readonly LedgerEntry[], untrue: readonly string[]): readonly string[] => {
  const billed = purchase?.price ? money(purchase.price.amount, purchase.price.currency) : null;
  const isRounded = price !== null && billed !== null && agrees(price.total, billed, PRICE_TOLERANCE);
  return price?.source === 'charged' && !isRounded ? untrue : untrue.filter((what) => !what.startsWith('price: '));
};

const UNDONE = /cancelled|deleted/;

/** What must hold at any moment, by the provider's ledger. */
const wrongNow = async (
  trial: AlteredTrial,
  { where }: AlteredScene,
  orderId: string,
  neighbour: string | null,
): Promise<string[]> => {
  const order = await trial.engine.order(orderId);
  const bought = trial.bought(where).filter(({ id }) => id !== neighbour);
  const undone = trial
    .simulator(where)
    .ledger.entries()
    .filter(({ kind }) => UNDONE.test(kind));
  const said = `${order.status}${order.review ? ` (${order.review.reason})` : ''}`;
  if (bought.length > 1) return [`bought ${bought.length} times, and said to be ${said}`];
  if (order.status === 'failed' || order.status === 'expired')
    return bought.length > 0 && order.review === null ? [`said to be ${said}, and bought`] : [];
  if (order.status === 'cancelled') return bought.length > undone.length ? [`said to be ${said}, and not undone`] : [];
  if (order.placedAt !== null)
    return order.review
      ? []
      : untold(order, bought, untruths(order, bought)).map((what) => `said to be ${said}: ${what}`);
  const [task] = await trial.engine.rows<{ in_seconds: number }>(
    'SELECT extract(epoch FROM run_at - now())::float8 AS in_seconds FROM tasks WHERE subject_id = $1 ORDER BY run_at',
    [order.id],
  );
  if (task === undefined) return [`said to be ${said}, and nothing looks at it`];
  const isUnknown = order.status !== 'awaiting_payment';
  return isUnknown && task.in_seconds > NEXT_LOOK_SECONDS
    ? [`said to be ${said}, and looked at in ${Math.round(task.in_seconds)} s`]
    : [];
};

/** Only this answer tells the id of a purchase or a page. Under another nothing is found, and a person must look. */
const TOOK_THE_ID = /(^|\.)(id|transaction_id|payment_id): /;

/** With true answers again, an order ends by itself, or waits for a person for a reason that only a person can end. */
const wrongAtTheEnd = (order: Order, { what }: Alteration): string[] => {
  const { status, review } = order;
  if (review?.reason === 'vanished' && TOOK_THE_ID.test(what)) return [];
  if (review !== null && endsWithObservation(review.reason))
    return [`still ${status} (${review.reason}), with true answers again`];
  return isSettled(order) ? [] : [`still ${status}, with true answers again`];
};
