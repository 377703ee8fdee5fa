import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import {
  couldBeOf,
  type OrderWindow,
  type ProviderOrder,
  type UnreadRow,
} from '../../../src/domain/providers/calls.js';
import type { ContractFixture } from '../contract-fixture.js';
import type { ProviderHarness } from '../harness.js';
import type { ContractCase } from '../provider-contract.js';

interface FullList {
  readonly orders: readonly ProviderOrder[];
  readonly unread: readonly UnreadRow[];
  readonly totals: readonly (number | null)[];
}

const readAll = async (
  fixture: ContractFixture,
  window: OrderWindow,
  between?: (page: number) => void,
): Promise<FullList> => {
  const list = fixture.have('listOrders');
  const orders: ProviderOrder[] = [];
  const unread: UnreadRow[] = [];
  const totals: (number | null)[] = [];
  let cursor: string | null = null;
  do {
    const page = await list(window, cursor, fixture.call());
    orders.push(...page.orders);
    unread.push(...page.unread);
    totals.push(page.total);
    cursor = page.nextCursor;
    assert.ok(totals.length < 20, 'ends');
    between?.(totals.length);
  } while (cursor !== null);
  return { orders, unread, totals };
};

const everything = (fixture: ContractFixture): OrderWindow => ({
  createdFrom: new Date(0),
  providerOfferingId: fixture.harness.offeringId,
});

const foreign = (fixture: ContractFixture, count: number): void => {
  for (let i = 0; i < count; i++) fixture.simulator.insertForeignRow();
};

/** Three orders, each below so many rows of others: more than three pages of any provider hold. */
const spreadOut = async (fixture: ContractFixture, others = 110): Promise<readonly string[]> => {
  const references = [fixture.newReference(), fixture.newReference(), fixture.newReference()];
  for (const reference of references) {
    await fixture.placeOrder(reference);
    foreign(fixture, others);
  }
  return references;
};

const found = ({ orders }: FullList, reference: string): readonly string[] => [
  ...new Set(
    orders.filter((order) => order.orderReference === reference).map(({ providerOrderId }) => providerOrderId),
  ),
];

/** The first row that nobody can read, for its status. */
const statusless = ({ unreadable }: ProviderHarness): object => Object.values(unreadable)[0] ?? {};

const HOUR_MS = 3_600_000;

export const listingCases: readonly ContractCase[] = [
  {
    name: 'listOrders lists every order once, across pages',
    run: async (fixture) => {
      const references = await spreadOut(fixture);
      const list = await readAll(fixture, everything(fixture));
      assert.ok(list.totals.length > 3, 'over several pages');
      const ids = list.orders.map(({ providerOrderId }) => providerOrderId);
      assert.equal(new Set(ids).size, ids.length, 'none twice');
      for (const reference of references) assert.equal(found(list, reference).length, 1, reference);
      assert.equal(ids.length, references.length + 330);
    },
  },
  {
    name: 'listOrders misses nothing while others buy',
    run: async (fixture) => {
      const references = await spreadOut(fixture);
      const list = await readAll(fixture, everything(fixture), () => foreign(fixture, 3));
      for (const reference of references) assert.equal(found(list, reference).length, 1, reference);
    },
  },
  {
    name: 'listOrders misses nothing while rows disappear, or shows it in its totals',
    run: async (fixture) => {
      // The newest order is the first row of the second page; it moves to the first one once that has been read.
      const references = await spreadOut(fixture, 100);
      fixture.fault('listOrders', { kind: 'shift_pages', by: 'delete' }, 2);
      const list = await readAll(fixture, everything(fixture));
      const shrank = list.totals.some((total, page) => total !== null && total < (list.totals[page - 1] ?? 0));
      const missing = references.filter((reference) => found(list, reference).length === 0);
      assert.ok(shrank || missing.length === 0, 'nothing may go missing unnoticed');
      assert.ok(shrank || list.totals[0] === null, 'a list by page number must show that it became shorter');
    },
  },
  {
    name: 'listOrders reads around rows of others that it cannot read, and says that they are not ours',
    run: async (fixture) => {
      const { harness, simulator } = fixture;
      const before = fixture.newReference();
      await fixture.placeOrder(before);
      for (const row of Object.values(harness.unreadable)) simulator.insertForeignRow(row);
      foreign(fixture, 110);
      for (const row of Object.values(harness.unreadable)) simulator.insertForeignRow(row);
      const after = fixture.newReference();
      await fixture.placeOrder(after);
      const list = await readAll(fixture, everything(fixture)).catch(() => assert.fail('the list must be read'));
      for (const reference of [before, after]) {
        assert.equal(found(list, reference).length, 1, reference);
        assert.ok(!list.unread.some((row) => couldBeOf(reference, row)));
      }
      const rows = 2 * Object.keys(harness.unreadable).length;
      assert.equal(list.unread.length, rows, 'each is told');
      const told = fixture.reports.reduce((sum, { unread }) => sum + unread.length, 0);
      assert.ok(told >= rows, 'and reported');
    },
  },
  {
    name: 'listOrders tells a row that it cannot read and that may be ours, and why',
    run: async (fixture) => {
      const { harness, simulator } = fixture;
      const reference = fixture.newReference();
      for (const row of [
        ...Object.values(harness.unclear),
        { ...statusless(harness), ...harness.referring(reference) },
      ]) {
        simulator.reset();
        simulator.insertForeignRow(row);
        const { orders, unread } = await readAll(fixture, everything(fixture));
        assert.deepEqual(orders, []);
        const mine = unread.filter((each) => couldBeOf(reference, each));
        assert.equal(mine.length, 1, inspect(row));
        assert.match(mine[0]?.detail ?? '', /^response\.data\[0\]/);
      }
    },
  },
  {
    name: 'listOrders reads on from a page whose last row shows no id, and says where it cannot',
    run: async (fixture) => {
      const idField = fixture.simulator.identity.idField;
      const reference = fixture.newReference();
      await fixture.placeOrder(reference);
      fixture.simulator.insertForeignRow({ [idField]: 42 });
      foreign(fixture, 99);
      const list = await readAll(fixture, everything(fixture));
      assert.equal(found(list, reference).length, 1);
      fixture.simulator.reset();
      for (let i = 0; i < 100; i++) fixture.simulator.insertForeignRow({ [idField]: null });
      const { unread, totals } = await readAll(fixture, everything(fixture));
      const isWhole = totals[0] !== null;
      assert.ok(isWhole || unread.some((row) => couldBeOf(reference, row)), 'what is behind such a page may be ours');
    },
  },
  {
    name: 'listOrders reads back to the start of the window and no further',
    run: async (fixture) => {
      const before = fixture.newReference();
      await fixture.placeOrder(before);
      foreign(fixture, 250);
      fixture.simulator.advanceClock(HOUR_MS);
      const createdFrom = new Date(fixture.simulator.nowMs());
      const after = fixture.newReference();
      await fixture.placeOrder(after);
      const list = await readAll(fixture, { ...everything(fixture), createdFrom });
      // Older rows of the last page may come with it: times decide how far to read, not what was seen.
      assert.equal(found(list, after).length, 1);
      assert.equal(found(list, before).length, 0);
      assert.equal(list.totals.length, 1, 'one page is enough');
    },
  },
  {
    name: 'listOrders allows for a clock that is a little behind ours',
    run: async (fixture) => {
      const reference = fixture.newReference();
      await fixture.placeOrder(reference);
      const createdFrom = new Date(fixture.simulator.nowMs() + 60_000);
      const list = await readAll(fixture, { ...everything(fixture), createdFrom });
      assert.equal(found(list, reference).length, 1);
    },
  },
  {
    name: 'listOrders shows an order as fetchStatus does',
    run: async (fixture) => {
      const reference = fixture.newReference();
      const { providerOrderId } = await fixture.placeOrder(reference);
      const { orders } = await readAll(fixture, everything(fixture));
      assert.deepEqual(orders, [await fixture.provider.fetchStatus(providerOrderId, fixture.call())]);
    },
  },
];
