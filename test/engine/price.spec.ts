import { offeringId } from '../../src/application/catalog/offering-id.js';
import { amountOf } from '../../src/domain/money.js';
import type { ProviderId } from '../../src/domain/providers/calls.js';
import { TestEngine } from '../support/engine.js';

/** What the books need of a price, as it is kept with the order. */

let engine: TestEngine;
beforeAll(async () => {
  engine = await TestEngine.start();
});
afterAll(() => engine.stop());

const columnsOf = async (id: string): Promise<unknown> => {
  const [row] = await engine.rows(
    'SELECT price_amount, price_tax_amount, later_price_amount FROM orders WHERE id = $1',
    [id],
  );
  return row;
};

it.each([
  ['sbx-peat-01', '0.2'],
  ['sbx-kelp-03', '0'],
])('keeps the tax that One Tribe adds to %s', async (providerOfferingId, rate) => {
  const id = offeringId({ provider: 'one_tribe' as ProviderId, providerOfferingId });
  const order = await engine.place({ offeringId: id, grams: 2_000_000 });
  const { total } = order.price!;
  const net = total.amount.div(Number(rate) + 1);
  expect(amountOf(order.priceTax!)).toBe(total.amount.minus(net).toFixed(2));
  expect(await columnsOf(order.id)).toMatchObject({ price_tax_amount: order.priceTax!.amount.toFixed(6) });
});

it('keeps a price that CNaught charges after the first, as a column and as evidence, once', async () => {
  const { cnaught } = engine.sandbox;
  const order = await engine.place({ provider: 'cnaught', grams: 100_000 });
  const match = { method: 'GET', path: '^/orders/' };
  cnaught.faults.add({ match, fault: { kind: 'set_field', path: 'price_usd_cents', value: 201 }, times: 'always' });
  await engine.later(60_000);
  await engine.later(3_600_000);
  expect(await columnsOf(order.id)).toEqual({
    price_amount: '2.000000',
    price_tax_amount: null,
    later_price_amount: '2.010000',
  });
  const told = await engine.rows(
    `SELECT evidence -> 'price' ->> 'amount' AS amount FROM order_events WHERE order_id = $1 AND type = 'order.updated'`,
    [order.id],
  );
  expect(told).toEqual([{ amount: '2.01' }]);
  expect((await engine.order(order.id)).review).toBeNull();
});

it('refuses a tax above the price, and a later price of one that was not charged, from any client', async () => {
  const order = await engine.place({ provider: 'cnaught', grams: 100_000, paymentMethod: 'checkout' });
  const write = (column: string) => engine.rows(`UPDATE orders SET ${column} = 999 WHERE id = $1`, [order.id]);
  await expect(write('price_tax_amount')).rejects.toThrow('orders_tax_is_within_price');
  await expect(write('later_price_amount')).rejects.toThrow('orders_later_price_follows_charge');
});
