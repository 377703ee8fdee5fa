import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TurnSwitchOn } from '../../src/application/switches/turn-switch-on.js';
import { RotateCallbackSecret } from '../../src/application/webhooks/rotate-callback-secret.js';
import { countStatements } from '../support/count-statements.js';
import { TestEngine } from '../support/engine.js';
import { BY_TESTER, launchGateway, newKey } from '../support/launcher.js';

/** Each is a round trip to the database, which is what the gateway's speed is made of. */
describe('statements to the database', () => {
  let engine: TestEngine;
  let app: NestFastifyApplication;
  let authorization: string;
  beforeAll(async () => {
    engine = await TestEngine.start();
    ({ app } = await launchGateway(engine, { settings: { role: 'api' } }));
    authorization = `Bearer ${await newKey(app, engine.tenantId, ['orders:write', 'orders:read', 'ops'])}`;
    // The key and the catalog are kept in memory from then on.
    await place({ prefer: 'respond-async' });
  });
  afterAll(async () => {
    await app.close();
    await engine.stop();
  });

  const place = (headers: object, body: object = {}, key: string = randomUUID()) =>
    app.inject({
      method: 'POST',
      url: '/v1/orders',
      headers: { authorization, 'idempotency-key': key, ...headers },
      payload: {
        provider: 'cnaught',
        mass: { value: '1', unit: 'kg' },
        payment: { method: 'account' },
        beneficiary: { name: 'Jane Smith' },
        ...body,
      },
    });
  const get = (url: string) => app.inject({ method: 'GET', url, headers: { authorization } });

  const idOf = (response: { json(): { id: string } }): string => response.json().id;

  it('number one for an order that is accepted, its key and its duplicate guard included', async () => {
    const reference = randomUUID();
    const statements = await countStatements(async () => {
      expect((await place({ prefer: 'respond-async' }, { reference })).statusCode).toBe(202);
    });
    expect(statements).toHaveLength(1);
  });

  it('number one for an order with a callback address, once its tenant has a secret for it', async () => {
    await app.get(RotateCallbackSecret).run(engine.tenantId, 0, BY_TESTER);
    // A key that is not in memory yet, with what was known before.
    const fresh = `Bearer ${await newKey(app, engine.tenantId, ['orders:write'])}`;
    const placeIt = () =>
      place({ prefer: 'respond-async', authorization: fresh }, { callback_url: 'https://shop.example/events' });
    expect((await placeIt()).statusCode).toBe(202);
    const statements = await countStatements(async () => {
      expect((await placeIt()).statusCode).toBe(202);
    });
    expect(statements).toHaveLength(1);
  });

  it('number one for every repeat of a request', async () => {
    const key = randomUUID();
    const first = await place({}, {}, key);
    const statements = await countStatements(async () => {
      expect((await place({}, {}, key)).body).toBe(first.body);
    });
    expect(statements).toHaveLength(1);
  });

  it('number three for a purchase that its caller waits for: accept, intent with its slot, outcome', async () => {
    const statements = await countStatements(async () => {
      expect((await place({ prefer: 'wait=30' })).statusCode).toBe(201);
    });
    expect(statements).toHaveLength(3);
  });

  it('number three for a hosted checkout that its caller waits for', async () => {
    const payment = {
      method: 'checkout',
      success_url: 'https://shop.example/paid',
      cancel_url: 'https://shop.example/cart',
    };
    const body = { payment, mass: { value: '100', unit: 'kg' } };
    const statements = await countStatements(async () => {
      expect((await place({ prefer: 'wait=30' }, body)).json()).toMatchObject({ status: 'awaiting_payment' });
    });
    expect(statements).toHaveLength(3);
  });

  it('number one for an order that is read', async () => {
    const id = idOf(await place({ prefer: 'respond-async' }));
    const statements = await countStatements(async () => {
      expect((await get(`/v1/orders/${id}`)).statusCode).toBe(200);
    });
    expect(statements).toHaveLength(1);
  });

  it('number one for a page of a timeline', async () => {
    const id = idOf(await place({ prefer: 'respond-async' }));
    const statements = await countStatements(async () => {
      expect((await get(`/v1/orders/${id}/timeline`)).json()).toMatchObject({ data: [{ kind: 'order.created' }] });
    });
    expect(statements).toHaveLength(1);
  });

  it('number one for a list, whatever its filter', async () => {
    const statements = await countStatements(async () => {
      expect((await get('/v1/orders?status=placed&label[department]=sales')).statusCode).toBe(200);
    });
    expect(statements).toHaveLength(1);
  });

  it('number one for a claim, however many tasks it takes, and two for the purchase that it brings', async () => {
    for (let orders = 0; orders < 5; orders++) await place({ prefer: 'respond-async' });
    let tasks: Awaited<ReturnType<TestEngine['claimDue']>> = [];
    expect(await countStatements(async () => (tasks = await engine.claimDue()))).toHaveLength(1);
    const purchases = tasks.filter(({ kind }) => kind === 'purchase');
    expect(purchases.length).toBeGreaterThanOrEqual(5);
    // A full quota has slots for five at once. A sixth may have to ask twice.
    for (const task of purchases.slice(0, 5)) expect(await countStatements(() => engine.runTask(task))).toHaveLength(2);
  });

  it('number one for a purchase that is switched off, whether it is told of the order or was before', async () => {
    const { id } = await engine.place({ provider: 'cnaught', grams: 1_000 }, 0);
    const scope = { provider: 'cnaught', tenantId: engine.tenantId, operation: 'purchases' } as const;
    const wanted = { scope, until: new Date(Date.now() + 60_000), reason: 'counted' };
    await app.get(TurnSwitchOn).run(wanted, BY_TESTER);
    const runs: number[] = [];
    for (let nth = 0; nth < 2; nth++) {
      await engine.makeDue(id);
      const [task] = (await engine.claimDue()).filter(({ subjectId }) => subjectId === id);
      if (!task) throw new Error('the purchase was not due');
      runs.push((await countStatements(() => engine.runTask(task))).length);
    }
    await engine.rows('UPDATE switches SET until = now()');
    expect(runs).toEqual([1, 1]);
  });

  it('number two for a look at a placed order: a slot for the read, and what was seen or that nothing was', async () => {
    const { id } = await engine.place({ provider: 'cnaught', grams: 1_000 });
    const looks: number[] = [];
    for (const isFulfilled of [false, true]) {
      if (isFulfilled) engine.sandbox.cnaught.advance((await engine.order(id)).providerOrderId ?? '', 'fulfilled');
      await engine.makeDue(id);
      const [task] = (await engine.claimDue()).filter(({ subjectId }) => subjectId === id);
      if (!task) throw new Error('the look was not due');
      looks.push((await countStatements(() => engine.runTask(task))).length);
    }
    expect(looks).toEqual([2, 2]);
    expect((await engine.order(id)).status).toBe('completed');
  });
});
