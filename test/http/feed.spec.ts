import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import pg from 'pg';
import { bringUpToDate } from '../../src/persistence/migrations/bring-up-to-date.js';
import { createTestDatabase } from '../support/database.js';
import { runCommand } from '../support/command-line.js';
import { Documentation } from './documentation.js';
import { openConnections } from './raw-connection.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

interface Order {
  readonly id: string;
  readonly status: string;
  readonly version: number;
  readonly provider_order_id: string | null;
}

interface Told {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
  readonly data: { readonly order: Order };
}

interface Page {
  readonly data: Told[];
  readonly next_after: string | null;
  readonly has_more: boolean;
}

describe('the feed', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    docs = await Documentation.of(gateway);
  });
  afterAll(() => gateway.stop());

  const page = async (query: object = {}, { key = gateway.key, prefer = '' } = {}): Promise<Page> => {
    const sent = gateway.get('/v1/events', key).query(query).set('prefer', prefer);
    const { status, body } = await docs.documented('/v1/events', sent);
    expect({ status, body: status === 200 ? null : (body as unknown) }).toEqual({ status: 200, body: null });
    return body as Page;
  };
  const place = async (more: object = {}, key = gateway.key): Promise<Order> =>
    (await gateway.order({ ...SMALL_ORDER, ...more }, randomUUID(), key)).body as Order;
  /** Where the feed ends now. */
  const here = async (): Promise<string | undefined> => {
    let after: string | undefined;
    for (let more = true; more;) {
      const { next_after, has_more } = await page({ after, limit: 500 });
      [after, more] = [next_after ?? after, has_more];
    }
    return after;
  };

  it('tells everything of an order in order, each event with the order as it left it', async () => {
    const after = await here();
    const order = await place({ labels: { department: 'sales' } });
    const { data, has_more } = await page({ after });
    expect(data.map(({ type, sequence }) => [type, sequence])).toEqual([
      ['order.created', 1],
      ['order.submitting', 2],
      ['order.placed', 3],
    ]);
    expect(data.map((event) => event.data.order.status)).toEqual(['created', 'submitting', 'placed']);
    expect(data.at(-1)?.data.order).toEqual((await gateway.get(`/v1/orders/${order.id}`)).body);
    expect(data.every(({ id }) => id.startsWith('evt_'))).toBe(true);
    expect(has_more).toBe(false);
  });

  it('keeps what an order was, whatever becomes of it', async () => {
    const order = await place();
    const before = await page({ order_id: order.id });
    gateway.sandbox.cnaught.advance(order.provider_order_id ?? '', 'fulfilled');
    const refreshed = await gateway.post(`/v1/orders/${order.id}/refresh`);
    expect(refreshed.body).toMatchObject({ status: 'completed' });
    const now = await page({ order_id: order.id });
    expect(now.data.slice(0, before.data.length)).toEqual(before.data);
    expect(now.data.at(-1)?.data.order).toEqual(refreshed.body);
  });

  it('goes on from a position or from an event, page by page, and tells each event once', async () => {
    const after = await here();
    const orders = [await place(), await place(), await place()];
    const told: Told[] = [];
    let at = after;
    for (let more = true; more;) {
      const read = await page({ after: at, limit: 2 });
      told.push(...read.data);
      [at, more] = [read.next_after ?? at, read.has_more];
    }
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
    expect(told).toHaveLength(orders.reduce((sum, { version }) => sum + version, 0));
    expect((await page({ after: told[3]?.id })).data).toEqual(told.slice(4));
    expect(await page({ after: at })).toEqual({ data: [], next_after: at, has_more: false });
  });

  it('tells only what was asked for: types, orders, labels', async () => {
    const after = await here();
    const [sales, other] = [await place({ labels: { department: 'sales' } }), await place()];
    const idsOf = async (query: object): Promise<string[]> =>
      (await page({ after, ...query })).data.map(({ type, data }) => `${type} ${data.order.id}`);
    expect(await idsOf({ types: ['order.placed', 'order.failed'] })).toEqual([
      `order.placed ${sales.id}`,
      `order.placed ${other.id}`,
    ]);
    expect(await idsOf({ order_id: other.id, types: 'order.created' })).toEqual([`order.created ${other.id}`]);
    expect(new Set(await idsOf({ 'label[department]': 'sales' }))).toEqual(
      new Set(['created', 'submitting', 'placed'].map((type) => `order.${type} ${sales.id}`)),
    );
    const none = await page({ after, types: 'order.expired' });
    expect(none).toMatchObject({ data: [], has_more: false });
    expect((await page({ after: none.next_after })).data).toEqual([]);
  });

  it('tells a tenant nothing of another, and an ops key everything', async () => {
    const tenantId = await gateway.newTenant();
    const theirs = await gateway.newKey(['orders:write', 'events:read'], tenantId);
    const ops = await gateway.newKey(['ops']);
    const after = await here();
    const order = await place({}, theirs);
    expect((await page({ after })).data).toEqual([]);
    expect((await page({ after, tenant_id: tenantId })).data).toEqual([]);
    const { data } = await page({}, { key: theirs });
    expect(data.map((event) => event.data.order.id)).toEqual([order.id, order.id, order.id]);
    expect((await page({ tenant_id: tenantId }, { key: ops })).data).toEqual(data);
    expect((await page({ order_id: order.id }, { key: ops })).data).toEqual(data);
    const probe = await docs.documented('/v1/events', gateway.get('/v1/events').query({ after: data[0]?.id }));
    expect(probe).toMatchObject({ status: 404, body: { code: 'event_not_found' } });
  });

  it('never tells past a transaction that still writes, so that nobody misses what it commits', async () => {
    const slow = await gateway.connection();
    const after = await here();
    try {
      await slow.query('BEGIN');
      await slow.query(
        `INSERT INTO webhook_endpoints (id, tenant_id, url, types) VALUES ($1, $2, 'https://shop.example', '{}')`,
        [`whe_${randomUUID()}`, gateway.tenantId],
      );
      const fast = await place();
      expect(await page({ after })).toMatchObject({ data: [], has_more: false });
      await slow.query(
        `INSERT INTO webhook_endpoint_events (id, endpoint_id, tenant_id, sequence, type, state)
         SELECT $1, e.id, e.tenant_id, 2, 'webhook_endpoint.disabled',
                jsonb_build_object('id', e.id, 'url', e.url, 'disabled_reason', 'gone')
         FROM webhook_endpoints e WHERE e.tenant_id = $2 ORDER BY e.created_at DESC LIMIT 1`,
        [`evt_${'0'.repeat(26)}`, gateway.tenantId],
      );
      await slow.query('COMMIT');
      // What else the gateway may be writing at this moment is over soon.
      const { data } = await page({ after }, { prefer: 'wait=10' });
      expect(data.map(({ type }) => type)).toEqual([
        'webhook_endpoint.disabled',
        'order.created',
        'order.submitting',
        'order.placed',
      ]);
      expect(data.at(-1)?.data.order.id).toBe(fast.id);
    } finally {
      slow.release(true);
    }
  });

  it('is not held up by who writes in another database of the server', async () => {
    const other = await createTestDatabase();
    const writer = new pg.Client({ connectionString: other.url });
    await writer.connect();
    await writer.query('BEGIN; SELECT pg_current_xact_id()');
    const after = await here();
    const order = await place();
    expect((await page({ after })).data.map((event) => event.data.order.id)).toEqual(Array(3).fill(order.id));
    await writer.end();
    await other.drop();
  });

  it('goes on after the data was moved to a server whose transactions have smaller numbers', async () => {
    await gateway.rows('UPDATE feed_origin SET added = added + 1000000');
    const before = await place();
    const after = await here();
    await gateway.rows('UPDATE feed_origin SET added = added - 1000000');
    await bringUpToDate(gateway.database.url);
    const later = await place();
    expect((await page({ after })).data.map((event) => event.data.order.id)).toEqual(Array(3).fill(later.id));
    expect((await page({ order_id: before.id })).data).toHaveLength(3);
  });

  it('waits for the next event where there is none', async () => {
    const after = await here();
    const waiting = page({ after }, { prefer: 'wait=30' });
    const order = await place();
    expect((await waiting).data[0]).toMatchObject({ type: 'order.created', data: { order: { id: order.id } } });
  });

  it('ends to wait for it with an empty page', async () => {
    const after = await here();
    expect(await page({ after }, { prefer: 'wait=1' })).toEqual({ data: [], next_after: after, has_more: false });
  });

  it('tells of an erased order without its person', async () => {
    const order = await place({ beneficiary: { name: 'Nobody Else' } });
    await gateway.post(`/v1/orders/${order.id}/cancel`).set('idempotency-key', randomUUID());
    await runCommand(gateway.database.url, 'privacy', 'erase', order.id, '--reason', 'asked', '--operator', 'Officer');
    const { data } = await page({ order_id: order.id });
    expect(data.at(-1)).toMatchObject({
      type: 'order.personal_data_erased',
      data: { order: { status: 'cancelled', beneficiary: { name: 'erased' } } },
    });
    expect(JSON.stringify(data)).not.toContain('Nobody Else');
  });

  it('refuses what is no position, no type and no number', async () => {
    const refused = async (query: string): Promise<unknown> =>
      ((await docs.documented('/v1/events', gateway.get(`/v1/events?${query}`))).body as { errors: object }).errors;
    expect(await refused('after=W10')).toHaveProperty('after');
    expect(await refused('types=order.nothing')).toHaveProperty('types');
    expect(await refused('limit=501')).toHaveProperty('limit');
  });
});

describe('an order that is waited for', () => {
  let gateway: ServedGateway;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
  });
  afterAll(() => gateway.stop());

  const waitFor = (id: string, tag: string, wait: number) =>
    gateway.get(`/v1/orders/${id}`).set('if-none-match', tag).set('prefer', `wait=${wait}`);

  it('is told when it changes, and as unchanged when it does not', async () => {
    const { id } = (await gateway.order(SMALL_ORDER)).body as { id: string };
    const { etag } = (await gateway.get(`/v1/orders/${id}`)).headers as { etag: string };
    const same = await waitFor(id, etag, 1);
    expect([same.status, same.headers['preference-applied']]).toEqual([304, 'wait=1']);

    const waiting = waitFor(id, etag, 30).then(({ status, body }) => ({ status, version: (body as Order).version }));
    await gateway.post(`/v1/orders/${id}/cancel`).set('idempotency-key', randomUUID());
    // It may be told that it is being cancelled, or that it is.
    expect(await waiting).toEqual({ status: 200, version: expect.any(Number) });
    expect((await waitFor(id, etag, 30)).status).toBe(200);
  });

  it('is told at once to a caller who knows nothing of it', async () => {
    const { id } = (await gateway.order(SMALL_ORDER)).body as { id: string };
    const asked = await gateway.get(`/v1/orders/${id}`).set('prefer', 'wait=30');
    expect(asked.status).toBe(200);
  });

  it('keeps no gateway from stopping', async () => {
    const stopped = await ServedGateway.start();
    const { id } = (await stopped.order(SMALL_ORDER)).body as { id: string };
    const { etag } = (await stopped.get(`/v1/orders/${id}`)).headers as { etag: string };
    const request = stopped.get(`/v1/orders/${id}`).set('if-none-match', etag).set('prefer', 'wait=30');
    const waiting = request.then(({ status }) => status);
    while ((await openConnections(stopped)) === 0) await setImmediate();
    await stopped.stop();
    expect(await waiting).toBe(304);
  });
});
