import { randomBytes } from 'node:crypto';
import { NOT_PERSONAL, PERSONAL_DATA } from '../../src/domain/privacy/personal-data.js';
import { IdempotencyRepository } from '../../src/persistence/idempotency/idempotency.repository.js';
import { newId } from '../../src/persistence/database/new-id.js';
import { runCommand } from '../support/command-line.js';
import { clearByHand, flag } from '../support/launcher.js';
import { ServedGateway } from './served-gateway.js';

const EVERY_TEXT_COLUMN = `
  SELECT c.table_name AS table, c.column_name AS column FROM information_schema.columns c
  WHERE c.table_schema = 'public'
    AND (c.data_type IN ('text', 'character varying', 'character', 'jsonb', 'json', 'bytea', 'ARRAY', 'xml', 'tsvector'))
  ORDER BY 1, 2`;

interface Erased {
  readonly erasures: string[];
  readonly erased: { order: string; provider: string; provider_order_id: string | null }[];
  readonly not_erased: { order: string; status: string | null; outcome: string; why: string }[];
  readonly beyond_reach: string;
}

interface OrderBody {
  readonly id: string;
  readonly status: string;
  readonly provider: string;
  readonly provider_order_id: string | null;
  readonly checkout: { readonly url: string } | null;
}

const checkout = (mark: string): object => ({
  method: 'checkout',
  success_url: `https://shop.example/paid?who=${mark}`,
  cancel_url: `https://shop.example/back?who=${mark}`,
});

describe('personal data', () => {
  let gateway: ServedGateway;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    await gateway.post('/v1/callback-secret/rotate').expect(200);
  });
  afterAll(() => gateway.stop());

  const cli = <Printed>(...args: string[]) => runCommand<Printed>(gateway.database.url, ...args);
  const erase = (subject: string, ...more: string[]) =>
    cli<Erased>('privacy', 'erase', subject, '--reason', 'asked in writing', '--operator', 'Officer', ...more);

  /** Every column of every table that can hold it, whatever its type, in which a text stands. */
  const columnsWith = async (text: string): Promise<string[]> => {
    const columns = await gateway.rows<{ table: string; column: string }>(EVERY_TEXT_COLUMN);
    const holds = columns.map(
      ({ table, column }) => `SELECT '${table}.${column}' AS name WHERE EXISTS (
        SELECT FROM ${table} t WHERE t."${column}"::text ILIKE '%' || $1 || '%'
                                  OR t."${column}"::text ILIKE '%' || encode(convert_to($1, 'UTF8'), 'hex') || '%')`,
    );
    const found = await gateway.rows<{ name: string }>(holds.join(' UNION ALL '), [text]);
    return found.map(({ name }) => name);
  };

  const newMark = (): string => `mark${randomBytes(6).toString('hex')}`;

  const requestOf = (mark: string, more: object): object => ({
    mass: { value: '2', unit: 't' },
    payment: { method: 'account' },
    beneficiary: { name: mark, email: `${mark}@example.com` },
    retirement_message: `For Ann ${mark}`,
    description: `Ann ${mark} at the till`,
    reference: `order of Ann ${mark}`,
    metadata: { [mark]: mark },
    labels: { buyer: `${mark}@example.com`, department: 'sales', [`of Ann ${mark}`]: 'yes' },
    callback_url: `https://shop.example/hook?who=${mark}`,
    ...more,
  });

  const place = async (mark: string, more: object): Promise<OrderBody> => {
    const response = await gateway
      .order(requestOf(mark, more), `${mark}@example.com`)
      .set('x-request-id', `for-${mark}`)
      .expect(201);
    return response.body as OrderBody;
  };

  const read = async (id: string): Promise<OrderBody> => (await gateway.get(`/v1/orders/${id}`)).body as OrderBody;

  /** Looks, and lets the provider go on, until the order has ended. */
  const untilEnded = async (id: string): Promise<OrderBody> => {
    const { cnaught, oneTribe, carbonmark } = gateway.sandbox;
    const finish: Readonly<Record<string, (purchase: string) => void>> = {
      cnaught: (purchase) => cnaught.advance(purchase, 'fulfilled'),
      carbonmark: (purchase) => carbonmark.advance(purchase, 'COMPLETED'),
      one_tribe: (purchase) => oneTribe.advance(purchase, 'completed'),
    };
    for (let looks = 0; looks < 10; looks++) {
      await gateway.letTimePass(60_000);
      const { body } = (await gateway.post(`/v1/orders/${id}/refresh`).expect(200)) as { body: OrderBody };
      if (body.status === 'completed') return body;
      if (body.provider_order_id !== null) finish[body.provider]?.(body.provider_order_id);
    }
    throw new Error('the order has not ended');
  };

  const callBack = (mark: string, orderId: string, id: string) =>
    gateway
      .rows<{ body: string }>('SELECT body FROM attempts WHERE order_id = $1', [orderId])
      .then(([sent]) => /\/v1\/provider-callbacks\/cnaught\/[\w-]{43}/.exec(sent?.body ?? '')?.[0] ?? '')
      .then(async (path) => {
        const send = () =>
          gateway.anonymous.post(path).send({ order: { id, description: `on behalf of Ann ${mark}` } });
        await send().expect(200);
        return send;
      });

  /** What operators and earlier builds wrote about it, and what a receiver answered to a webhook of it. */
  const annotate = async (mark: string, id: string): Promise<void> => {
    await flag(gateway.app, id, 'bought_twice');
    await clearByHand(gateway.app, id, 'Officer', `spoke with Ann ${mark}`);
    await gateway.rows(
      `INSERT INTO order_events (id, order_id, tenant_id, sequence, type, source, evidence)
       SELECT 'evt_' || id, id, tenant_id, 1000, 'order.review_flagged', 'poll', $2 FROM orders WHERE id = $1`,
      [
        id,
        {
          reason: 'answer_disagrees',
          disagreements: [
            { field: 'beneficiary', ours: `Ann ${mark}`, theirs: `A. ${mark}` },
            { field: 'mass', ours: '1 g', theirs: '2 g' },
          ],
        },
      ],
    );
    await gateway.rows(
      `WITH told AS (SELECT 'dlv_' || o.id AS id, o.id AS order_id, o.tenant_id FROM orders o WHERE o.id = $1),
       endpoint AS (
         INSERT INTO webhook_endpoints (id, tenant_id, url, types)
         SELECT 'whe_' || t.order_id, t.tenant_id, 'https://shop.example/all', '{}' FROM told t RETURNING id),
       delivery AS (
         INSERT INTO webhook_deliveries (id, endpoint_id, tenant_id, event_id, order_id, state, ended_at)
         SELECT t.id, e.id, t.tenant_id, 'evt_' || t.order_id, t.order_id, 'delivered', now() FROM told t, endpoint e
         RETURNING id)
       INSERT INTO webhook_attempts (delivery_id, number, started_at, duration_ms, status, answer)
       SELECT d.id, 1, now(), 1, 200, $2 FROM delivery d`,
      [id, `thank you, Ann ${mark}`],
    );
  };

  /** Money, retirement and history as they were: nothing of it is personal. */
  const factsOf = (id: string) =>
    gateway.rows(
      `SELECT o.id, o.status, o.provider_order_id, o.ordered_grams, o.price_amount, o.price_currency, o.spending_usd,
              o.retirements, o.certificate, o.retired_at, o.callback_token_hash,
              (SELECT jsonb_agg(jsonb_build_array(e.sequence, e.type, e.from_status, e.to_status, e.evidence -> 'price') ORDER BY e.sequence)
               FROM order_events e WHERE e.order_id = o.id AND e.type <> 'order.personal_data_erased') AS history,
              (SELECT jsonb_agg(jsonb_build_array(r.operation, encode(r.fingerprint, 'hex'), r.response_status))
               FROM idempotency_records r WHERE r.order_id = o.id) AS keys,
              (SELECT jsonb_agg(jsonb_build_array(a.number, a.idempotency_key, a.outcome) ORDER BY a.id)
               FROM attempts a WHERE a.order_id = o.id) AS attempts
       FROM orders o WHERE o.id = $1`,
      [id],
    );

  const purchases = (): number =>
    Object.values(gateway.simulators).reduce((sum, simulator) => sum + simulator.purchases().length, 0);

  it('is listed, column by column: every one that can hold text is said to hold some, or none', async () => {
    const columns = await gateway.rows<{ table: string; column: string }>(EVERY_TEXT_COLUMN);
    const listed = [
      ...Object.entries(PERSONAL_DATA).map(([table, of]) => [table, Object.keys(of)] as const),
      ...Object.entries(NOT_PERSONAL).map(([table, of]) => [table, of.split(' ')] as const),
    ].flatMap(([table, of]) => of.map((column) => `${table}.${column}`));
    expect(listed.toSorted()).toEqual(columns.map(({ table, column }) => `${table}.${column}`).toSorted());
  });

  it.each([
    ['CNaught, on account', 'cnaught', { provider: 'cnaught' }, ['callbacks.body']],
    ['CNaught, at a hosted checkout', 'cnaught', { provider: 'cnaught', payment: checkout }, ['orders.success_url']],
    [
      'Carbonmark, at a hosted checkout',
      'carbonmark',
      { provider: 'carbonmark', payment: checkout },
      ['orders.cancel_url'],
    ],
    ['One Tribe, on account', 'one_tribe', { provider: 'one_tribe' }, []],
    ['an offer of a quote', 'one_tribe', null, []],
  ])('of an order at %s is erased in every column of every table', async (_, provider, order, more) => {
    const mark = newMark();
    const { payment, ...rest } = { payment: null, ...order };
    const paid = payment === null ? {} : { payment: checkout(mark) };
    const { id, checkout: page } = await place(mark, order === null ? await offerAt(provider) : { ...rest, ...paid });
    if (page) await gateway.anonymous.get(pathOf(payThe(provider, page.url))).expect(303);
    const callsBack = provider === 'cnaught' && !page ? await callBack(mark, id, 'x') : null;
    await untilEnded(id);
    await annotate(mark, id);
    const found = await columnsWith(mark);
    expect(found).toEqual(
      expect.arrayContaining([
        'attempts.body',
        'idempotency_records.key',
        'idempotency_records.response_body',
        'order_events.cause',
        'order_events.evidence',
        'orders.beneficiary_email',
        'orders.beneficiary_name',
        'orders.description',
        'orders.labels',
        'orders.metadata',
        'orders.reference',
        'orders.retirement_message',
        'orders.webhook_url',
        ...more,
      ]),
    );
    const [facts] = await factsOf(id);
    const bought = purchases();

    const { printed, exitCode } = await erase(id);
    expect(printed).toMatchObject({ erased: [{ order: id, provider }], not_erased: [] });
    expect(printed.beyond_reach).toContain('cannot be recalled');
    expect(exitCode).toBe(0);
    expect(await columnsWith(mark)).toEqual([]);
    expect(await factsOf(id)).toEqual([facts]);

    // A repeat of the request buys nothing and is told how the order stands, without what was erased.
    const body = requestOf(mark, order === null ? lastOffer : { ...rest, ...paid });
    const repeat = await gateway.order(body, `${mark}@example.com`).expect(201);
    expect(repeat.headers['idempotency-replayed']).toBe('true');
    expect(repeat.body).toEqual(await read(id));
    expect(repeat.body).toMatchObject({
      id,
      status: 'completed',
      beneficiary: { name: 'erased', email: null },
      reference: null,
      metadata: {},
      labels: { buyer: 'erased', department: 'sales', erased: 'yes' },
      personal_data_erased_at: expect.stringMatching(/Z$/),
    });
    const byKey = await gateway.get(`/v1/orders/by-idempotency-key/${mark}@example.com`).expect(200);
    expect(byKey.body).toEqual(await read(id));
    await gateway.order({ ...body, description: 'another payload' }, `${mark}@example.com`).expect(422);
    expect(purchases()).toBe(bought);

    // What comes in afterwards brings nothing back.
    await callsBack?.().expect(200);
    expect(await columnsWith(mark)).toEqual([]);
  });

  let lastOffer: object = {};
  const offerAt = async (provider: string): Promise<object> => {
    const { body } = (await gateway
      .post('/v1/quotes')
      .send({ mass: { value: '2', unit: 't' }, providers: [provider] })) as {
      body: { offers: { id: string }[] };
    };
    lastOffer = { mass: undefined, offer_id: body.offers[0]?.id };
    return lastOffer;
  };

  const payThe = (provider: string, url: string): string => {
    const page = url.split('/').at(-1) ?? '';
    const { cnaught, carbonmark } = gateway.sandbox;
    return provider === 'cnaught' ? cnaught.checkouts.pay(page) : carbonmark.checkouts.pay(page);
  };
  const pathOf = (address: string): string => new URL(address).pathname;

  const small = (mark: string, more: object = {}) =>
    place(mark, { provider: 'cnaught', mass: { value: '1', unit: 'kg' }, ...more });

  it('of an order that has not ended stays, and so does that of one under review: both say why', async () => {
    const mark = newMark();
    const { id } = await small(mark);
    const open = await erase(id);
    expect(open).toMatchObject({
      exitCode: 1,
      printed: { erasures: [], not_erased: [{ order: id, outcome: 'open' }] },
    });
    await untilEnded(id);
    await flag(gateway.app, id, 'bought_twice');
    expect(await erase(id)).toMatchObject({ exitCode: 1, printed: { not_erased: [{ outcome: 'in_review' }] } });
    expect(await columnsWith(mark)).toContain('attempts.body');
    expect(await gateway.rows('SELECT FROM erasures WHERE $1 = ANY (order_ids)', [id])).toEqual([]);
  });

  it('stays while a request about the order is at work, whose response would bring it back', async () => {
    const { id } = await small(newMark());
    await untilEnded(id);
    const keys = gateway.app.get(IdempotencyRepository);
    const lock = {
      tenantId: gateway.tenantId,
      operation: 'cancel_order',
      key: newMark(),
      owner: crypto.randomUUID(),
    } as const;
    await keys.take({ ...lock, fingerprint: new Uint8Array([1]) }, id);
    expect(await erase(id)).toMatchObject({ exitCode: 1, printed: { not_erased: [{ outcome: 'being_answered' }] } });
    // Taken for dead: the order is erased, and what the request still stores afterwards is not.
    await gateway.letTimePass(60_000, id);
    expect(await erase(id)).toMatchObject({ exitCode: 0, printed: { erased: [{ order: id }] } });
    await keys.store(lock, { status: 200, body: 'late' });
    expect(await columnsWith('late')).not.toContain('idempotency_records.response_body');
  });

  describe('in callback addresses', () => {
    /** As the dispatcher makes them, with an event that waits to be sent and one that told of the endpoint. */
    const endpointFor = async (url: string, ...orderIds: string[]): Promise<string> => {
      const id = newId('whe');
      await gateway.rows(
        `WITH e AS (INSERT INTO webhook_endpoints (id, tenant_id, url, types, origin) VALUES ($1, $2, $3, '{}', 'order'))
         INSERT INTO webhook_endpoint_events (id, endpoint_id, tenant_id, sequence, type, state)
         SELECT 'evt_' || $1, $1, $2, 2, 'webhook_endpoint.disabled', jsonb_build_object('id', $1, 'url', $3)`,
        [id, gateway.tenantId, url],
      );
      await gateway.rows(
        `INSERT INTO webhook_deliveries (id, endpoint_id, tenant_id, event_id, order_id)
         SELECT 'dlv_' || $1 || o, $1, $2, 'evt_' || o, o FROM unnest($3::text[]) AS o`,
        [id, gateway.tenantId, orderIds],
      );
      return id;
    };
    const left = (id: string) =>
      gateway.rows(
        `SELECT e.url, e.deleted_at IS NOT NULL AS deleted, v.state ->> 'url' AS told,
                (SELECT jsonb_agg(d.state) FROM webhook_deliveries d WHERE d.endpoint_id = e.id) AS deliveries
         FROM webhook_endpoints e JOIN webhook_endpoint_events v ON v.endpoint_id = e.id WHERE e.id = $1`,
        [id],
      );

    it('goes where the address was one order’s alone, with what waits to be sent there', async () => {
      const url = 'https://shop.example/hook?customer=4711';
      const { id } = await small(newMark(), { callback_url: url });
      const endpoint = await endpointFor(url, id);
      await untilEnded(id);
      await erase(id);
      expect(await left(endpoint)).toEqual([{ url: 'erased', deleted: true, told: 'erased', deliveries: ['dead'] }]);
    });

    it('stays where other orders have the address, unless it names the person', async () => {
      const [one, other] = [newMark(), newMark()];
      const shared = 'https://shop.example/shared';
      const { id } = await small(one, { callback_url: shared });
      const { id: otherId } = await small(other, { callback_url: shared });
      const endpoint = await endpointFor(shared, id, otherId);
      await untilEnded(id);
      await erase(id);
      expect(await left(endpoint)).toEqual([
        { url: shared, deleted: false, told: shared, deliveries: ['pending', 'pending'] },
      ]);

      const naming = `https://shop.example/hook?who=${other}`;
      const named = await endpointFor(naming, otherId, `${id}x`);
      await gateway.rows('UPDATE orders SET webhook_url = $2 WHERE id = $1', [otherId, naming]);
      await untilEnded(otherId);
      await erase(otherId);
      expect(await left(named)).toEqual([
        { url: 'erased', deleted: true, told: 'erased', deliveries: ['dead', 'dead'] },
      ]);
    });

    it('is the one thing that may change in what was told of an endpoint', async () => {
      const id = await endpointFor('https://shop.example/told');
      for (const sql of [
        `UPDATE webhook_endpoint_events SET state = state || '{"url": "erased"}' WHERE endpoint_id = $1`,
        `UPDATE webhook_endpoint_events SET type = type WHERE endpoint_id = $1`,
        'DELETE FROM webhook_endpoint_events WHERE endpoint_id = $1',
      ])
        await expect(gateway.rows(sql, [id])).rejects.toThrow('append-only');
    });
  });

  it('is erased once, however often and by however many it is asked for at the same time', async () => {
    const { id } = await small(newMark());
    await untilEnded(id);
    const sql = `SELECT outcome FROM erase_orders($1, ARRAY[$2], ARRAY[$3], '{}', 'order', 'Officer', 'asked', 'p', 0)`;
    const asks = [1, 2, 3, 4].map((n) => gateway.rows<{ outcome: string }>(sql, [`era_${n}`, id, `evt_${n}${id}`]));
    const outcomes = (await Promise.all(asks)).flat().map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(['erased', 'erased_before', 'erased_before', 'erased_before']);
    expect(await erase(id)).toMatchObject({ exitCode: 0, printed: { not_erased: [{ outcome: 'erased_before' }] } });
    const events = `SELECT FROM order_events WHERE order_id = $1 AND type = 'order.personal_data_erased'`;
    expect(await gateway.rows(events, [id])).toHaveLength(1);
  });

  it('leaves a row that says who, when, why and of which orders, and not what', async () => {
    const mark = newMark();
    const { id } = await small(mark);
    await untilEnded(id);
    const reason = `Ann ${mark} wrote to us`;
    await expect(erase(id, '--reason', reason)).rejects.toThrow('names the person');
    expect(await columnsWith(mark)).toContain('orders.beneficiary_name');
    const { printed } = await erase(id);
    const rows = await gateway.rows('SELECT * FROM erasures WHERE id = $1', printed.erasures);
    expect(rows).toEqual([
      {
        id: expect.stringMatching(/^era_/),
        erased_at: expect.any(Date),
        operator: 'Officer',
        reason: 'asked in writing',
        chosen_by: 'order',
        order_ids: [id],
        counts: { orders: 1, requests: 1, callbacks: 0, claims: 0, responses: 1, keys: 1, events: expect.any(Number) },
      },
    ]);
    for (const sql of ['DELETE FROM erasures', `UPDATE erasures SET reason = ''`])
      await expect(gateway.rows(sql)).rejects.toThrow('append-only');
  });

  it('is found by an email address as a whole, wherever it stands, and erased there', async () => {
    const mark = newMark();
    const address = `${mark}@example.com`;
    const beneficiary = { name: 'A Shop' };
    const placed = await Promise.all([
      gateway.order(
        requestOf(newMark(), { provider: 'cnaught', beneficiary: { name: 'Ann', email: address.toUpperCase() } }),
      ),
      gateway.order(requestOf(newMark(), { provider: 'cnaught', beneficiary, metadata: { buyer: address } })),
      gateway.order(requestOf(newMark(), { provider: 'cnaught', beneficiary, labels: { buyer: `jo${address}` } })),
      gateway.order(
        requestOf(newMark(), { provider: 'cnaught', beneficiary, labels: { buyer: `${address}.example` } }),
      ),
      gateway.order(requestOf(newMark(), { provider: 'cnaught', beneficiary, reference: `from <${address}>.` })),
    ]);
    const ids = placed.map(({ body }) => (body as OrderBody).id);
    for (const id of ids.slice(0, 4)) await untilEnded(id);
    const { printed: found } = await cli<{ orderId: string; foundIn: string[] }[]>('privacy', 'find', address);
    const places = Object.fromEntries(found.map(({ orderId, foundIn }) => [ids.indexOf(orderId), foundIn]));
    expect(places).toEqual({ 0: ['beneficiary_email'], 1: ['metadata'], 4: ['reference'] });
    const { printed, exitCode } = await erase(address);
    expect(exitCode).toBe(1);
    expect(new Set(printed.erased.map(({ order }) => ids.indexOf(order)))).toEqual(new Set([0, 1]));
    expect(printed.not_erased).toMatchObject([{ order: ids[4], outcome: 'open' }]);
    expect((await read(ids[2] ?? '')) as object).toMatchObject({ labels: { buyer: `jo${address}` } });
    await untilEnded(ids[4] ?? '');
    await erase(address, '--tenant', gateway.tenantId);
    await expect(erase(address)).rejects.toThrow('stands in no order');
    // The longer addresses are other people's.
    expect(await columnsWith(` ${address}`)).toEqual([]);
    expect((await cli<object[]>('privacy', 'find', `jo${address}`)).printed).toHaveLength(1);
    await expect(cli('privacy', 'erase', 'Ann', '--reason', 'x')).rejects.toThrow('order id or an email address');
  });
});
