import { NOT_PERSONAL, PERSONAL_DATA } from '../../src/domain/privacy/personal-data.js';
import { IdempotencyRepository } from '../../src/persistence/idempotency/idempotency.repository.js';
import { flag } from '../support/launcher.js';
import { goesFromCallbackAddresses } from './privacy/callback-addresses.js';
import { EVERY_TEXT_COLUMN, useMarkedOrders, type OrderBody } from './privacy/marked-orders.js';

const checkout = (mark: string): object => ({
  method: 'checkout',
  success_url: `https://shop.example/paid?who=${mark}`,
  cancel_url: `https://shop.example/back?who=${mark}`,
});

describe('personal data', () => {
  const at = useMarkedOrders();
  const {
    cli,
    erase,
    columnsWith,
    newMark,
    requestOf,
    place,
    read,
    untilEnded,
    callBack,
    annotate,
    factsOf,
    purchases,
    small,
  } = at;

  goesFromCallbackAddresses(at);

  it('is listed, column by column: every one that can hold text is said to hold some, or none', async () => {
    const columns = await at.gateway.rows<{ table: string; column: string }>(EVERY_TEXT_COLUMN);
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
    if (page) await at.gateway.anonymous.get(pathOf(payThe(provider, page.url))).expect(303);
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
    const repeat = await at.gateway.order(body, `${mark}@example.com`).expect(201);
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
    const byKey = await at.gateway.get(`/v1/orders/by-idempotency-key/${mark}@example.com`).expect(200);
    expect(byKey.body).toEqual(await read(id));
    await at.gateway.order({ ...body, description: 'another payload' }, `${mark}@example.com`).expect(422);
    expect(purchases()).toBe(bought);

    // What comes in afterwards brings nothing back.
    await callsBack?.().expect(200);
    expect(await columnsWith(mark)).toEqual([]);
  });

  let lastOffer: object = {};
  const offerAt = async (provider: string): Promise<object> => {
    const { body } = (await at.gateway
      .post('/v1/quotes')
      .send({ mass: { value: '2', unit: 't' }, providers: [provider] })) as {
      body: { offers: { id: string }[] };
    };
    lastOffer = { mass: undefined, offer_id: body.offers[0]?.id };
    return lastOffer;
  };

  const payThe = (provider: string, url: string): string => {
    const page = url.split('/').at(-1) ?? '';
    const { cnaught, carbonmark } = at.gateway.sandbox;
    return provider === 'cnaught' ? cnaught.checkouts.pay(page) : carbonmark.checkouts.pay(page);
  };
  const pathOf = (address: string): string => new URL(address).pathname;

  it('of an order that has not ended stays, and so does that of one under review: both say why', async () => {
    const mark = newMark();
    const { id } = await small(mark);
    const open = await erase(id);
    expect(open).toMatchObject({
      exitCode: 1,
      printed: { erasures: [], not_erased: [{ order: id, outcome: 'open' }] },
    });
    await untilEnded(id);
    await flag(at.gateway.app, id, 'bought_twice');
    expect(await erase(id)).toMatchObject({ exitCode: 1, printed: { not_erased: [{ outcome: 'in_review' }] } });
    expect(await columnsWith(mark)).toContain('attempts.body');
    expect(await at.gateway.rows('SELECT FROM erasures WHERE $1 = ANY (order_ids)', [id])).toEqual([]);
  });

  it('stays while a request about the order is at work, whose response would bring it back', async () => {
    const { id } = await small(newMark());
    await untilEnded(id);
    const keys = at.gateway.app.get(IdempotencyRepository);
    const lock = {
      tenantId: at.gateway.tenantId,
      operation: 'cancel_order',
      key: newMark(),
      owner: crypto.randomUUID(),
    } as const;
    await keys.take({ ...lock, fingerprint: new Uint8Array([1]) }, id);
    expect(await erase(id)).toMatchObject({ exitCode: 1, printed: { not_erased: [{ outcome: 'being_answered' }] } });
    // Taken for dead: the order is erased, and what the request still stores afterwards is not.
    await at.gateway.letTimePass(60_000, id);
    expect(await erase(id)).toMatchObject({ exitCode: 0, printed: { erased: [{ order: id }] } });
    await keys.store(lock, { status: 200, body: 'late' });
    expect(await columnsWith('late')).not.toContain('idempotency_records.response_body');
  });

  it('is erased once, however often and by however many it is asked for at the same time', async () => {
    const { id } = await small(newMark());
    await untilEnded(id);
    const sql = `SELECT outcome FROM erase_orders($1, ARRAY[$2], ARRAY[$3], '{}', 'order', 'Officer', 'asked', 'p', 0)`;
    const asks = [1, 2, 3, 4].map((n) => at.gateway.rows<{ outcome: string }>(sql, [`era_${n}`, id, `evt_${n}${id}`]));
    const outcomes = (await Promise.all(asks)).flat().map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(['erased', 'erased_before', 'erased_before', 'erased_before']);
    expect(await erase(id)).toMatchObject({ exitCode: 0, printed: { not_erased: [{ outcome: 'erased_before' }] } });
    const events = `SELECT FROM order_events WHERE order_id = $1 AND type = 'order.personal_data_erased'`;
    expect(await at.gateway.rows(events, [id])).toHaveLength(1);
  });

  it('leaves a row that says who, when, why and of which orders, and not what', async () => {
    const mark = newMark();
    const { id } = await small(mark);
    await untilEnded(id);
    const reason = `Ann ${mark} wrote to us`;
    await expect(erase(id, '--reason', reason)).rejects.toThrow('names the person');
    expect(await columnsWith(mark)).toContain('orders.beneficiary_name');
    const { printed } = await erase(id);
    const rows = await at.gateway.rows('SELECT * FROM erasures WHERE id = $1', printed.erasures);
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
      await expect(at.gateway.rows(sql)).rejects.toThrow('append-only');
  });

  it('is found by an email address as a whole, wherever it stands, and erased there', async () => {
    const mark = newMark();
    const address = `${mark}@example.com`;
    const beneficiary = { name: 'A Shop' };
    const placed = await Promise.all([
      at.gateway.order(
        requestOf(newMark(), { provider: 'cnaught', beneficiary: { name: 'Ann', email: address.toUpperCase() } }),
      ),
      at.gateway.order(requestOf(newMark(), { provider: 'cnaught', beneficiary, metadata: { buyer: address } })),
      at.gateway.order(requestOf(newMark(), { provider: 'cnaught', beneficiary, labels: { buyer: `jo${address}` } })),
      at.gateway.order(
        requestOf(newMark(), { provider: 'cnaught', beneficiary, labels: { buyer: `${address}.example` } }),
      ),
      at.gateway.order(requestOf(newMark(), { provider: 'cnaught', beneficiary, reference: `from <${address}>.` })),
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
    await erase(address, '--tenant', at.gateway.tenantId);
    await expect(erase(address)).rejects.toThrow('stands in no order');
    // The longer addresses are other people's.
    expect(await columnsWith(` ${address}`)).toEqual([]);
    expect((await cli<object[]>('privacy', 'find', `jo${address}`)).printed).toHaveLength(1);
    await expect(cli('privacy', 'erase', 'Ann', '--reason', 'x')).rejects.toThrow('order id or an email address');
  });
});
