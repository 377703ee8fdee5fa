import { amountOf } from '../../src/domain/money.js';
import { isOutcomePending } from '../../src/domain/orders/lifecycle.js';
import type { Order } from '../../src/domain/orders/order.js';
import { TestEngine } from '../support/engine.js';
import { CASES, type Case } from './integrity-cases.js';
import { SCENES, type Scene } from './integrity-scenes.js';
import { Trial, type Where } from './integrity-trial.js';
import { untruths } from './untruths.js';

const HOUR_MS = 3_600_000;

/** What a response may only change when it is believed. */
const standing = ({ status, providerOrderId, price, retirements, certificate, placedAt, checkout }: Order) => ({
  status,
  providerOrderId,
  retirements,
  certificate,
  placedAt,
  price: price && [amountOf(price.total), price.total.currency],
  page: checkout?.url ?? null,
});

const NOTHING_YET = { providerOrderId: null, placedAt: null, retirements: [], certificate: null, page: null };

describe('a response that is not what it should be', () => {
  let trial: Trial;
  beforeAll(async () => {
    trial = new Trial(await TestEngine.start());
  });
  afterEach(() => trial.clear());
  afterAll(async () => {
    await trial.engine.stop();
    const harmful = CASES.filter(({ outcome }) => outcome !== 'harmless').length;
    process.stdout.write(`integrity: ${CASES.length} mutated fields, ${harmful} of them harmful\n`);
  });

  const expectTruth = (where: Where, order: Order): void => expect(untruths(order, trial.bought(where))).toEqual([]);

  const expectUntouched = (before: Order | null, met: Order): void => {
    if (before) return expect(standing(met)).toEqual(standing(before));
    expect(isOutcomePending(met.status)).toBe(true);
    expect(standing(met)).toMatchObject(NOTHING_YET);
  };

  const play = async ({ scene: name, fault, outcome }: Case): Promise<void> => {
    const scene: Scene = SCENES[name];
    const before = await scene.lead(trial);
    trial.fault(scene.where, scene.response, fault);
    const met = await scene.meet(trial, before);
    expect(trial.faulted(scene.where)).toBeGreaterThan(0);
    trial.heal();

    if (outcome === 'refused') {
      expect(met).toMatchObject({ status: 'failed', statusReason: 'price_above_limit', placedAt: null });
      return expect(trial.bought(scene.where)).toEqual([]);
    }
    if (outcome === 'harmless') expect(met.review).toBeNull();
    else {
      expectUntouched(before, met);
      expect(met.review?.reason ?? 'waits').toBe(outcome);
    }
    if (outcome === 'harmless' && met.placedAt !== null) expectTruth(scene.where, met);

    const finished = await scene.finish(trial, met);
    expect(finished.placedAt).not.toBeNull();
    expect(finished.providerOrderId).not.toBeNull();
    expectTruth(scene.where, finished);
  };

  it.each(CASES)('$scene with $what: $outcome', play);

  it('with an id that no order has is noticed at the next look', async () => {
    trial.fault('cnaught', { method: 'POST', path: '^/orders$' }, { kind: 'set_field', path: 'id', value: 'no_order' });
    const order = await trial.place('cnaught');
    await trial.engine.later(HOUR_MS);
    expect(await trial.engine.order(order.id)).toMatchObject({ status: 'placed', review: { reason: 'vanished' } });
    expect(trial.bought('cnaught')).toHaveLength(1);
  });

  it('with the id of another of our orders makes one purchase no two orders’', async () => {
    const other = await trial.place('cnaught');
    const value = other.providerOrderId;
    trial.fault('cnaught', { method: 'POST', path: '^/orders$' }, { kind: 'set_field', path: 'id', value });
    const order = await trial.place('cnaught');
    expect(standing(order)).toMatchObject(NOTHING_YET);
    trial.heal();
    const placed = await trial.until(order.id, ({ placedAt }) => placedAt !== null);
    expect(trial.bought('cnaught').map(({ id }) => id)).toEqual([value, placed.providerOrderId]);
  });

  it('with a price that nothing was known of is noticed at the next look', async () => {
    const fault = { kind: 'set_field', path: 'price_usd_cents', value: 20_000 } as const;
    trial.fault('cnaught', { method: 'POST', path: '^/orders$' }, fault);
    const order = await trial.place('cnaught', { maxTotal: null });
    await trial.engine.later(HOUR_MS);
    expect((await trial.engine.order(order.id)).review?.reason).toBe('answer_disagrees');
  });

  it('leaves no trace on the prototype of objects', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['order_reference']).toBeUndefined();
  });
});
