import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { TurnSwitchOn } from '../../src/application/switches/turn-switch-on.js';
import type { Order } from '../../src/domain/orders/order.js';
import type { Switch, SwitchScope } from '../../src/domain/switches/switch.js';
import { TestEngine, type OrderToPlace } from '../support/engine.js';
import { BY_TESTER, launchGateway } from '../support/launcher.js';

const MINUTE = 60_000;
const REASON = 'the account is being moved';
const EVERYTHING: SwitchScope = { provider: null, tenantId: null, operation: 'all' };
const AT_CNAUGHT: SwitchScope = { ...EVERYTHING, provider: 'cnaught', operation: 'purchases' };
const PAGES = { successUrl: 'https://shop.example/paid', cancelUrl: 'https://shop.example/back' };

describe('what is switched off', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start();
    await engine.liftQuotas();
  });
  afterAll(() => engine.stop());
  beforeEach(() => engine.beAnotherTenant());
  afterEach(async () => {
    await allOver();
    await engine.forget();
  });

  /** Every switch comes to its end. */
  const allOver = () => engine.rows('UPDATE switches SET until = now() WHERE off_at IS NULL AND until > now()');

  const turnOn = (scope: Partial<SwitchScope>, forMs = 60 * MINUTE): Promise<Switch> =>
    engine.app
      .get(TurnSwitchOn)
      .run({ scope: { ...AT_CNAUGHT, ...scope }, until: new Date(Date.now() + forMs), reason: REASON }, BY_TESTER);

  const place = (more: Partial<OrderToPlace> = {}, waitMs?: number): Promise<Order> =>
    engine.place({ provider: 'cnaught', grams: 1_000_000, allowDuplicate: true, ...more }, waitMs);
  const open = (): Promise<Order> => place({ paymentMethod: 'checkout', terms: PAGES });

  const sendsOf = async (...orders: readonly Pick<Order, 'id'>[]): Promise<number> => {
    const sql = 'SELECT count(*)::int AS sends FROM attempts WHERE order_id = ANY ($1)';
    const [row] = await engine.rows<{ sends: number }>(sql, [orders.map(({ id }) => id)]);
    return row?.sends ?? 0;
  };
  const until = async (what: string, isReached: () => Promise<boolean>): Promise<void> => {
    for (const deadline = performance.now() + 20_000; !(await isReached()); await delay(10))
      if (performance.now() > deadline) throw new Error(`${what}: not within 20 s`);
  };
  /** Whether anybody in this database has the lock of the switches, or waits for it. */
  const isSwitchLock = (granted: boolean) => async (): Promise<boolean> => {
    const sql = `
      SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
      WHERE l.locktype = 'advisory' AND l.classid = 28 AND l.granted = $1`;
    return (await engine.rows(sql, [granted])).length > 0;
  };
  /** With rows locked by somebody else, until `act` says that they can go. */
  const whileLocked = async (sql: string, act: (letGo: () => Promise<unknown>) => Promise<void>): Promise<void> => {
    const holder = await engine.connection();
    try {
      await holder.query('BEGIN');
      await holder.query(sql);
      await act(() => holder.query('COMMIT'));
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
  };

  it('is begun by no process any more once that is answered, while what was bought is followed', async () => {
    const orders = await Promise.all(Array.from({ length: 40 }, () => place({}, 0)));
    const workers = await Promise.all([1, 2].map(() => launchGateway(engine)));
    try {
      await engine.sandbox.cnaught.ledger.waitFor(({ reference }) => orders.some(({ id }) => reference?.includes(id)));
      await turnOn(EVERYTHING);
      const begun = await sendsOf(...orders);
      expect(begun).toBeLessThan(orders.length);
      await until('every order is bought or waits', async () => {
        const found = await Promise.all(orders.map(({ id }) => engine.order(id)));
        return found.every(({ status, statusReason }) => status === 'placed' || statusReason === 'switched_off');
      });
      expect(await sendsOf(...orders)).toBe(begun);
      expect(engine.purchasesOf(...orders.map(({ id }) => id))).toHaveLength(begun);

      const [bought] = engine.purchasesOf(...orders.map(({ id }) => id));
      const followed = orders.find(({ id }) => bought?.reference?.includes(id));
      engine.sandbox.cnaught.advance((await engine.order(followed?.id ?? '')).providerOrderId ?? '', 'fulfilled');
      await engine.makeDue(followed?.id);
      await until('it is followed', async () => (await engine.order(followed?.id ?? '')).status === 'completed');

      await allOver();
      await until('all are bought', async () => {
        await engine.makeDue();
        return engine.purchasesOf(...orders.map(({ id }) => id)).length === orders.length;
      });
      expect(await sendsOf(...orders)).toBe(orders.length);
    } finally {
      await Promise.all(workers.map(({ app }) => app.close()));
    }
  });

  it('is answered only when every send that was begun before is committed', async () => {
    const { id: first } = await place();
    await whileLocked(`SELECT FROM quota_buckets WHERE provider = 'cnaught' FOR UPDATE`, async (letGo) => {
      const buying = place();
      await until('the send is past the switches', isSwitchLock(true));
      let isAnswered = false;
      const turning = turnOn({}).finally(() => (isAnswered = true));
      await until('the switch waits for it', isSwitchLock(false));
      expect(isAnswered).toBe(false);
      await letGo();
      await turning;
      const begun = await engine.rows('SELECT FROM attempts WHERE order_id <> $1', [first]);
      const order = await buying;
      expect([order.status, await sendsOf(order)]).toEqual(['placed', 1]);
      expect(begun.length).toBeGreaterThan(0);
    });
  });

  it('is not begun by a statement that had looked at everything else before', async () => {
    const order = await place({}, 0);
    const [task] = await engine.claimDue();
    await whileLocked(`SELECT FROM orders WHERE id = '${order.id}' FOR UPDATE`, async (letGo) => {
      const running = engine.runTask(task!);
      await until('the send waits for the order', async () => {
        const waiters = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        return (await engine.rows(waiters)).length > 0;
      });
      await turnOn({});
      await letGo();
      await running;
    });
    expect(await sendsOf(order)).toBe(0);
    expect(await engine.order(order.id)).toMatchObject({ status: 'created', statusReason: 'switched_off' });
  });

  it('leaves an order waiting that is accepted already, says so once, and sends it afterwards', async () => {
    const order = await place({}, 0);
    const { until: end } = await turnOn({});
    for (let runs = 0; runs < 3; runs++) {
      await engine.makeDue(order.id);
      await engine.runDue();
    }
    const held = await engine.order(order.id);
    expect(held).toMatchObject({
      status: 'created',
      statusReason: 'switched_off',
      statusDetail: `Switched off until ${end.toISOString()}: ${REASON}`,
      review: null,
    });
    expect(await engine.history(order.id)).toEqual(['created (request)', 'held (request)']);
    // Two days are longer than an order may wait for anything else.
    await turnOn({}, 72 * 60 * MINUTE);
    await engine.later(48 * 60 * MINUTE);
    expect(await engine.order(order.id)).toMatchObject({ status: 'created', review: null });
    await engine.later(25 * 60 * MINUTE);
    expect(await engine.order(order.id)).toMatchObject({ status: 'placed', statusReason: null });
    expect(engine.purchasesOf(order.id)).toHaveLength(1);
  });

  it('sends no bytes again whose first sending is in doubt, and looks for them all the same', async () => {
    engine.sandbox.cnaught.faults.add({
      match: { method: 'POST', path: '^/orders$' },
      fault: { kind: 'reset', when: 'before_effect' },
    });
    const order = await place();
    expect(order.status).toBe('in_doubt');
    await turnOn({});
    await engine.later(MINUTE);
    expect([await sendsOf(order), (await engine.order(order.id)).statusReason]).toEqual([1, order.statusReason]);
    await allOver();
    await engine.later(MINUTE);
    expect([(await engine.order(order.id)).status, await sendsOf(order)]).toEqual(['placed', 2]);
  });

  describe('within its scope', () => {
    const other = { provider: 'one_tribe', grams: 2_000_000 } as const;
    it.each<[string, (tenantId: string) => Partial<SwitchScope>, () => Promise<Order>, string | null]>([
      ['a provider', () => ({}), () => place(), 'provider_paused'],
      ['another provider', () => ({}), () => place(other), null],
      ['every provider', () => ({ provider: null }), () => place(other), 'provider_paused'],
      ['the tenant', (tenantId) => ({ provider: null, tenantId }), () => place(), 'tenant_paused'],
      ['the tenant at a provider', (tenantId) => ({ tenantId }), () => place(), 'tenant_paused'],
      ['the tenant at another provider', (tenantId) => ({ tenantId }), () => place(other), null],
      ['purchases, of checkouts', () => ({}), () => open(), null],
      ['checkouts', () => ({ operation: 'checkouts' }), () => open(), 'provider_paused'],
      ['checkouts, of purchases', () => ({ operation: 'checkouts' }), () => place(), null],
      ['all', () => ({ operation: 'all' }), () => open(), 'provider_paused'],
      ['webhooks, of purchases', () => ({ provider: null, operation: 'webhooks' }), () => place(), null],
    ])('%s: new orders are refused, or not', async (_, scope, order, code) => {
      await turnOn(scope(engine.tenantId));
      const outcome = await order().then(
        () => null,
        (thrown: { code?: string }) => thrown.code,
      );
      expect(outcome).toBe(code);
      const [another] = [engine.tenantId, await engine.beAnotherTenant()];
      if (scope(another).tenantId !== undefined) expect((await place()).status).toBe('placed');
    });

    it('a tenant: an order that would wait is refused, too; at a provider it waits', async () => {
      await turnOn({ provider: null, tenantId: engine.tenantId });
      await expect(place({ waitIfPaused: true })).rejects.toMatchObject({ code: 'tenant_paused' });
      await allOver();
      await turnOn({});
      expect(await place({ waitIfPaused: true })).toMatchObject({ status: 'created', statusReason: 'switched_off' });
    });

    it('the cheapest provider: an order goes to the next, and quotes say why', async () => {
      await engine.listProviders();
      const anywhere = { provider: null, grams: 2_000_000 } as const;
      const first = await place(anywhere);
      await turnOn({ provider: first.provider });
      const second = await place(anywhere);
      expect(second.provider).not.toBe(first.provider);
      expect(second.routing.considered.find(({ provider }) => provider === first.provider)).toMatchObject({
        reason: 'provider_paused',
        numbers: { switchedOff: { reason: REASON } },
      });
      await turnOn({ provider: null, tenantId: engine.tenantId, operation: 'all' });
      await expect(place(anywhere)).rejects.toMatchObject({ code: 'tenant_paused' });
    });

    it('cancellations: a provider is not asked, and an order that was never sent is cancelled', async () => {
      const order = await place();
      await turnOn({ operation: 'cancellations' });
      await expect(engine.cancel(order.id, engine.tenantId)).rejects.toMatchObject({
        code: 'provider_paused',
        message: expect.stringContaining('Cancellations at cnaught are switched off until') as string,
      });
      expect(await sendsOf(order)).toBe(1);
      const unsent = await place({}, 0);
      expect((await engine.cancel(unsent.id, engine.tenantId)).status).toBe('cancelled');
      await allOver();
      expect((await engine.cancel(order.id, engine.tenantId)).status).toBe('cancelled');
    });
  });

  it('is on already where it lasts as long; a later end is another switch', async () => {
    const first = await turnOn({});
    await expect(turnOn({}, 30 * MINUTE)).rejects.toMatchObject({
      code: 'switch_active',
      message: expect.stringContaining(first.id) as string,
    });
    expect((await turnOn({}, 90 * MINUTE)).id).not.toBe(first.id);
    expect((await turnOn({ operation: 'all' }, 30 * MINUTE)).state).toBe('on');
    await expect(turnOn({ tenantId: 'ten_01jd4v2m0gf5c8q7k3x9w1z2r4' })).rejects.toMatchObject({
      code: 'tenant_not_found',
    });
  });

  it('costs no deadlock, however much is turned on and off beside purchases', async () => {
    const apps: INestApplicationContext[] = [engine.app, await engine.startAnother()];
    const buying = Array.from({ length: 60 }, (_, nth) =>
      engine.place({ provider: 'cnaught', grams: 1_000, allowDuplicate: true }, 20_000, undefined, apps[nth % 2]).then(
        () => 'bought',
        (thrown: { code?: string }) => thrown.code,
      ),
    );
    for (let nth = 0; nth < 10; nth++) {
      await turnOn({}, (nth + 1) * MINUTE);
      await allOver();
    }
    const outcomes = new Set(await Promise.all(buying));
    await apps[1]?.close();
    expect([...outcomes].filter((outcome) => outcome !== 'bought' && outcome !== 'provider_paused')).toEqual([]);
    expect(await engine.deadlocks()).toBe(0);
  });
});
