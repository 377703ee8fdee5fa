import { strict as assert } from 'node:assert';
import type { OrderWindow, ProviderOrder } from '../../../src/domain/providers/provider.js';
import type { Bench } from '../bench.js';
import type { ContractCase } from '../provider-contract.js';

interface FullList {
  readonly orders: readonly ProviderOrder[];
  readonly totals: readonly (number | null)[];
}

const readAll = async (bench: Bench, window: OrderWindow, between?: (page: number) => void): Promise<FullList> => {
  const list = bench.have('listOrders');
  const orders: ProviderOrder[] = [];
  const totals: (number | null)[] = [];
  let cursor: string | null = null;
  do {
    const page = await list(window, cursor, bench.call());
    orders.push(...page.orders);
    totals.push(page.total);
    cursor = page.nextCursor;
    assert.ok(totals.length < 20, 'ends');
    between?.(totals.length);
  } while (cursor !== null);
  return { orders, totals };
};

const everything = (bench: Bench): OrderWindow => ({
  createdFrom: new Date(0),
  providerOfferingId: bench.harness.offeringId,
});

const foreign = (bench: Bench, count: number): void => {
  for (let i = 0; i < count; i++) bench.simulator.insertForeignRow();
};

/** Three orders, each below so many rows of others: more than three pages of any provider hold. */
const spreadOut = async (bench: Bench, others = 110): Promise<readonly string[]> => {
  const references = [bench.newReference(), bench.newReference(), bench.newReference()];
  for (const reference of references) {
    await bench.placeOrder(reference);
    foreign(bench, others);
  }
  return references;
};

const found = ({ orders }: FullList, reference: string): readonly string[] => [
  ...new Set(
    orders.filter((order) => order.orderReference === reference).map(({ providerOrderId }) => providerOrderId),
  ),
];

const HOUR_MS = 3_600_000;

export const listingCases: readonly ContractCase[] = [
  {
    name: 'listOrders lists every order once, across pages',
    run: async (bench) => {
      const references = await spreadOut(bench);
      const list = await readAll(bench, everything(bench));
      assert.ok(list.totals.length > 3, 'over several pages');
      const ids = list.orders.map(({ providerOrderId }) => providerOrderId);
      assert.equal(new Set(ids).size, ids.length, 'none twice');
      for (const reference of references) assert.equal(found(list, reference).length, 1, reference);
      assert.equal(ids.length, references.length + 330);
    },
  },
  {
    name: 'listOrders misses nothing while others buy',
    run: async (bench) => {
      const references = await spreadOut(bench);
      const list = await readAll(bench, everything(bench), () => foreign(bench, 3));
      for (const reference of references) assert.equal(found(list, reference).length, 1, reference);
    },
  },
  {
    name: 'listOrders misses nothing while rows disappear, or shows it in its totals',
    run: async (bench) => {
      // The newest order is the first row of the second page; it moves to the first one once that has been read.
      const references = await spreadOut(bench, 100);
      bench.fault('listOrders', { kind: 'shift_pages', by: 'delete' }, 2);
      const list = await readAll(bench, everything(bench));
      const shrank = list.totals.some((total, page) => total !== null && total < (list.totals[page - 1] ?? 0));
      const missing = references.filter((reference) => found(list, reference).length === 0);
      assert.ok(shrank || missing.length === 0, 'nothing may go missing unnoticed');
      assert.ok(shrank || list.totals[0] === null, 'a list by page number must show that it became shorter');
    },
  },
  {
    name: 'listOrders reads back to the start of the window and no further',
    run: async (bench) => {
      const before = bench.newReference();
      await bench.placeOrder(before);
      foreign(bench, 250);
      bench.simulator.advanceClock(HOUR_MS);
      const createdFrom = new Date(bench.simulator.nowMs());
      const after = bench.newReference();
      await bench.placeOrder(after);
      const list = await readAll(bench, { ...everything(bench), createdFrom });
      // Older rows of the last page may come with it: times decide how far to read, not what was seen.
      assert.equal(found(list, after).length, 1);
      assert.equal(found(list, before).length, 0);
      assert.equal(list.totals.length, 1, 'one page is enough');
    },
  },
  {
    name: 'listOrders allows for a clock that is a little behind ours',
    run: async (bench) => {
      const reference = bench.newReference();
      await bench.placeOrder(reference);
      const createdFrom = new Date(bench.simulator.nowMs() + 60_000);
      const list = await readAll(bench, { ...everything(bench), createdFrom });
      assert.equal(found(list, reference).length, 1);
    },
  },
  {
    name: 'listOrders shows an order as fetchStatus does',
    run: async (bench) => {
      const reference = bench.newReference();
      const { providerOrderId } = await bench.placeOrder(reference);
      const { orders } = await readAll(bench, everything(bench));
      assert.deepEqual(orders, [await bench.provider.fetchStatus(providerOrderId, bench.call())]);
    },
  },
];
