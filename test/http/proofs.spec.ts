import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { CreateOperator } from '../../src/application/access/create-operator.js';
import { VerifyLedger } from '../../src/application/ledger/verify-ledger.js';
import type { Role } from '../../src/domain/operators/operator.js';
import type { Order } from '../../src/domain/orders/order.js';
import { claimLots } from '../support/claim-lots.js';
import { TestEngine } from '../support/engine.js';
import { BY_TESTER, launchGateway, newKey, newTenant } from '../support/launcher.js';
import { Documentation } from './documentation.js';

interface Body {
  readonly id: string;
  readonly code: string;
  readonly outcome: string;
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly next_cursor: string | null;
}

let engine: TestEngine;
let app: NestFastifyApplication;
let docs: Documentation;
let key: string;
beforeAll(async () => {
  engine = await TestEngine.start();
  ({ app } = await launchGateway(engine, { settings: { role: 'api' } }));
  docs = await Documentation.of({ anonymous: supertest(app.getHttpServer()) });
  key = await newKey(app, engine.tenantId, ['finance:read', 'finance:write']);
});
afterAll(async () => {
  await app.close();
  await engine.stop();
});

type Answer = Promise<{ readonly status: number; readonly body: Body; readonly headers: Record<string, unknown> }>;

const call = async (
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  by: string,
  payload?: object,
  idempotent: string = randomUUID(),
): Answer => {
  const response = await app.inject({
    method,
    url: `/v1/finance/${path}`,
    headers: { authorization: `Bearer ${by}`, 'idempotency-key': idempotent },
    ...(payload && { payload }),
  });
  const { statusCode: status, body: text, headers } = response;
  const route = `/v1/finance/${path.split('?')[0]}`.replace(/(ord|prf)_[0-9a-z]{26}/, '{id}');
  const answer = { status, text, headers: headers as Record<string, string> };
  expect(docs.undocumentedIn(method, route, answer)).toEqual([]);
  return { status, body: JSON.parse(text) as Body, headers };
};

const verify = () => engine.app.get(VerifyLedger).run({ rebuild: true });

/** Of One Tribe, which tells no serial numbers. */
const retired = async (tonnes: number): Promise<Order> => {
  const order = await engine.place({ provider: 'one_tribe', grams: tonnes * 1e6 });
  engine.sandbox.oneTribe.advance((await engine.order(order.id)).providerOrderId ?? '', 'retired');
  await engine.later(3_600_000);
  return engine.order(order.id);
};

let documents = 0;
const document = (order: Order, more: object = {}): object => ({
  registry: 'Peatland Code',
  serial: `PC-${++documents}`,
  mass: { value: String(order.orderedMass / 1e6), unit: 't' },
  beneficiary: 'jane  smith',
  project: order.offeringName,
  document_sha256: 'ab'.repeat(32),
  ...more,
});
const enter = (order: Order, more: object = {}): Answer =>
  call('POST', `orders/${order.id}/evidence`, key, document(order, more));

const operator = async (role: Role): Promise<string> => {
  const name = `Operator ${randomUUID()}`;
  const wanted = { name, email: `${randomUUID()}@example.com`, role };
  return (await app.get(CreateOperator).run(wanted, 'dev', BY_TESTER))!.key;
};

const provenOf = async ({ id }: Order): Promise<string | undefined> => {
  const [row] = await engine.rows<{ units: string }>(
    `SELECT sum(CASE WHEN debit = 'proven' THEN units ELSE -units END) AS units FROM ledger_transfers
     WHERE order_id = $1 AND 'proven' IN (debit, credit)`,
    [id],
  );
  return row?.units;
};

describe('a document that proves a retirement', () => {
  it('is entered once, and its order is proven', async () => {
    const order = await retired(2);
    const idempotent = randomUUID();
    const body = document(order);
    const path = `orders/${order.id}/evidence`;
    const first = await call('POST', path, key, body, idempotent);
    expect(first).toMatchObject({
      status: 201,
      body: { outcome: 'claimed', source: 'person', registry: 'peatland_code' },
    });
    const again = await call('POST', path, key, body, idempotent);
    expect([again.body, again.headers['idempotency-replayed']]).toEqual([first.body, 'true']);
    const reused = await call('POST', path, key, { ...body, serial: 'another' }, idempotent);
    expect(reused.body.code).toBe('idempotency_key_reused');
    expect(await provenOf(order)).toBe('2000000');
    await claimLots(engine);
    expect(await verify()).toMatchObject({ agrees: true });
    const acts = await engine.rows(
      `SELECT outcome, after FROM audit_log WHERE act = 'proof.enter' AND subject = $1 ORDER BY number`,
      [order.id],
    );
    expect(acts).toMatchObject([
      { outcome: 'applied', after: { proof: first.body.id, grams: 2_000_000 } },
      { outcome: 'refused' },
    ]);
    const listed = await call('GET', `proofs?order_id=${order.id}`, key);
    expect(listed.body).toEqual({ data: [first.body], next_cursor: null });
  });

  it('is refused with the reason where it is about something else, and kept where it really says so', async () => {
    const order = await retired(2);
    for (const [field, more] of [
      ['beneficiary', { beneficiary: 'Somebody Else' }],
      ['mass', { mass: { value: '3', unit: 't' } }],
      ['project', { project: 'Another' }],
    ] as const) {
      const refused = await enter(order, more);
      expect(refused).toMatchObject({
        status: 422,
        body: { code: 'proof_disagrees', errors: { [field]: [expect.any(String)] } },
      });
      const kept = await enter(order, { ...more, record_anyway: true });
      expect(kept).toMatchObject({ status: 201, body: { outcome: 'proof_disagrees', disagreeing: [field] } });
    }
    expect(await provenOf(order)).toBeNull();
    expect(
      (await engine.rows(`SELECT to_jsonb(p)::text AS p FROM proofs p WHERE order_id = $1`, [order.id])).length,
    ).toBe(3);
    const named = await engine.rows(`SELECT FROM proofs p WHERE to_jsonb(p)::text LIKE '%Somebody%'`);
    expect(named).toEqual([]);
    expect((await call('GET', 'proofs?outcome=proof_disagrees&limit=2', key)).body.data).toHaveLength(2);
  });

  it('proves no more than is left of the order, nor an order that is not retired', async () => {
    const order = await retired(2);
    expect((await enter(order, { mass: { value: '1.5', unit: 't' } })).body.outcome).toBe('claimed');
    expect(await enter(order, { mass: { value: '1', unit: 't' } })).toMatchObject({
      status: 422,
      body: { code: 'proof_disagrees', errors: { mass: [expect.stringContaining('500 kg')] } },
    });
    const placed = await engine.place({ provider: 'one_tribe', grams: 1e6 });
    expect(await enter(placed)).toMatchObject({ status: 409, body: { code: 'order_not_retired' } });
  });

  it('is shared by orders up to what it is about, also at once', async () => {
    const orders: Order[] = [];
    for (let count = 0; count < 5; count += 1) orders.push(await retired(1));
    const certificate = { serial: 'PC-shared', whole_mass: { value: '3', unit: 't' } };
    const entered = await Promise.all(orders.map((order) => enter(order, certificate)));
    const [claimed, refusals] = [201, 409].map((wanted) => entered.filter(({ status }) => status === wanted));
    expect([claimed?.length, refusals?.length]).toEqual([3, 2]);
    const refused = refusals?.[0];
    expect(refused?.body).toMatchObject({ code: 'serial_overclaimed', numbers: { available: null } });
    const lots = await engine.rows(`SELECT claimed_grams, capacity_grams FROM credit_lots WHERE block = 'PC-SHARED'`);
    expect(lots).toEqual([{ claimed_grams: '3000000', capacity_grams: '3000000' }]);
    const range = (first: number, last: number) => `7-${first}-${last}-VCS-VCU-003-VER-US-14-9-01012020-31122020-1`;
    const [one, other] = orders.filter((_, index) => entered[index]?.status === 409) as [Order, Order];
    expect((await enter(one, { serial: range(1, 10) })).body.outcome).toBe('claimed');
    expect(await enter(other, { serial: range(10, 20) })).toMatchObject({
      status: 409,
      body: { code: 'serial_overlap' },
    });
    const recorded = await enter(other, { serial: range(10, 20), record_anyway: true });
    expect(recorded.body.outcome).toBe('serial_overlap');
    await claimLots(engine);
    expect(await verify()).toMatchObject({ agrees: true });
  });

  it('is of those who see its order', async () => {
    const order = await retired(1);
    const stranger = await newKey(app, await newTenant(app), ['finance:read', 'finance:write']);
    const path = `orders/${order.id}/evidence`;
    expect((await call('POST', path, stranger, document(order))).body.code).toBe('order_not_found');
    expect((await call('GET', `proofs?order_id=${order.id}`, stranger)).body.data).toEqual([]);
    const everybody = await newKey(app, await newTenant(app), ['finance:read', 'finance:write', 'ops']);
    expect((await call('POST', path, everybody, document(order))).status).toBe(201);
    expect((await call('GET', `proofs?order_id=${order.id}`, everybody)).body.data).toHaveLength(1);
  });
});

describe('a claim', () => {
  const REASON = { reason: 'The registry has corrected the serial numbers.' };

  it('is given up by an approver, and another order can have it', async () => {
    const [wrong, right] = [await retired(1), await retired(1)];
    const { body } = await enter(wrong, { serial: 'PC-given-up' });
    const path = `proofs/${body.id}/release`;
    expect((await enter(right, { serial: 'PC-given-up' })).body.code).toBe('serial_overclaimed');
    expect((await call('POST', path, await operator('operator'), REASON)).body.code).toBe('scope_missing');
    const approver = await operator('approver');
    const released = await call('POST', path, approver, REASON);
    expect(released).toMatchObject({ status: 200, body: { id: body.id, released_at: expect.any(String) } });
    expect((await call('POST', path, approver, REASON)).body).toEqual(released.body);
    expect([await provenOf(wrong), (await enter(right, { serial: 'PC-given-up' })).body.outcome]).toEqual([
      '0',
      'claimed',
    ]);
    expect((await enter(wrong, { serial: 'PC-another' })).body.outcome).toBe('claimed');
    await claimLots(engine);
    expect(await verify()).toMatchObject({ agrees: true });
    const acts = await engine.rows(`SELECT act FROM audit_log WHERE act = 'proof.release' AND subject = $1`, [
      wrong.id,
    ]);
    expect(acts).toHaveLength(1);
  });

  it('is not given up where there is none', async () => {
    const order = await retired(1);
    const { body } = await enter(order, { project: 'Another', record_anyway: true });
    const approver = await operator('approver');
    expect((await call('POST', `proofs/${body.id}/release`, approver, REASON)).body.code).toBe('proof_not_releasable');
    const none = `proofs/prf_${'0'.repeat(26)}/release`;
    expect((await call('POST', none, approver, REASON)).body.code).toBe('proof_not_found');
  });
});

describe('facts of projects', () => {
  let everybody: string;
  beforeAll(async () => {
    everybody = await newKey(app, engine.tenantId, ['finance:read', 'finance:write', 'ops']);
  });

  const FACTS = { registry: 'Verra', registry_project_id: '1748', valid_from: '2026-01-01', source: 'The registry' };

  it('are entered by those alone who see all tenants, because all see them', async () => {
    expect((await call('PUT', 'project-facts', key, FACTS)).body.code).toBe('scope_missing');
  });

  it('are kept, all of them, and the latest about a day counts', async () => {
    const first = await call('PUT', 'project-facts', everybody, { ...FACTS, country: 'KH', activity: 'reduction' });
    expect(first).toMatchObject({ status: 200, body: { registry: 'verra', country: 'KH', sink: null } });
    const again = await call('PUT', 'project-facts', everybody, {
      ...FACTS,
      registry: 'VERRA',
      country: 'KH',
      activity: 'reduction',
    });
    expect(again.body).toEqual(first.body);
    const corrected = await call('PUT', 'project-facts', everybody, { ...FACTS, country: 'KE' });
    const before = await call('PUT', 'project-facts', everybody, { ...FACTS, valid_from: '2025-01-01' });
    await call('PUT', 'project-facts', everybody, { ...FACTS, registry: 'Gold Standard' });
    const all = (await call('GET', 'project-facts?registry=verra&registry_project_id=1748', key)).body;
    expect(all.data).toEqual([before.body, first.body, corrected.body]);
    const page = (await call('GET', 'project-facts?limit=2', key)).body;
    const next = (await call('GET', `project-facts?limit=2&cursor=${page.next_cursor}`, key)).body;
    expect([...page.data, ...next.data].map(({ id }) => id)).toHaveLength(4);
    expect(
      (await engine.rows(`SELECT FROM audit_log WHERE act = 'project_facts.enter' AND outcome = 'applied'`)).length,
    ).toBe(4);
  });

  it.each([
    ['valid_from', { valid_from: '2026-02-30' }],
    ['country', { country: 'Kenya' }],
    ['activity', { activity: 'planting' }],
  ])('say what is wrong with %s', async (field, more) => {
    const refused = await call('PUT', 'project-facts', everybody, { ...FACTS, ...more });
    expect(refused).toMatchObject({ status: 400, body: { errors: { [field]: [expect.any(String)] } } });
  });
});
