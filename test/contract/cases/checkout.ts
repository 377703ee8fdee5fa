import { strict as assert } from 'node:assert';
import type { CheckoutCapability } from '../../../src/domain/providers/capabilities.js';
import type { ContractCase } from '../provider-contract.js';

const creatingCases: readonly ContractCase[] = [
  {
    name: 'prepareCheckout is pure and carries the addresses that carry the token',
    run: async (bench) => {
      const reference = bench.newReference();
      const prepare = bench.have('prepareCheckout');
      const urls = bench.urls(reference);
      const body = prepare(bench.request(reference), urls);
      assert.equal(prepare(bench.request(reference), urls), body);
      assert.ok(body.includes(urls.successUrl) && body.includes(urls.cancelUrl));
      assert.equal(bench.reports.length, 0);
    },
  },
  {
    name: 'createCheckout opens a page and moves no money, however often',
    run: async (bench) => {
      const reference = bench.newReference();
      const pages = [await bench.createCheckout(reference), await bench.createCheckout(reference)];
      for (const page of pages) {
        assert.equal(page.status, 'open');
        assert.equal(page.order, null);
        assert.match(page.url, /^https?:\/\//);
        assert.ok(page.mass === null || page.mass === bench.harness.mass);
      }
      assert.deepEqual(bench.purchases(), []);
    },
  },
  {
    name: 'a page that was paid leads to one order, of the mass and offering ordered',
    run: async (bench) => {
      const session = await bench.createCheckout(bench.newReference());
      const order = await bench.paid(session);
      assert.equal(order.status, 'placed');
      assert.equal(order.mass, bench.harness.mass);
      assert.ok(order.price);
      assert.ok(order.price.amount.greaterThan(0));
      assert.equal(order.price.currency, bench.provider.capabilities.currency);
      assert.ok(order.providerOfferingId === null || order.providerOfferingId === bench.harness.offeringId);
      assert.deepEqual((await bench.provider.fetchStatus(order.providerOrderId, bench.call()))?.status, 'placed');
      const [entry] = bench.purchases();
      assert.equal(order.price.amount.toFixed(2), entry?.price?.amount);
    },
  },
];

const sessionCases: readonly ContractCase[] = [
  {
    name: 'fetchCheckout shows a page open, then complete with its order',
    run: async (bench) => {
      const session = await bench.createCheckout(bench.newReference());
      const id = session.sessionId ?? assert.fail('the session has an id');
      assert.deepEqual(await bench.have('fetchCheckout')(id, bench.call()), session);
      const order = await bench.paid(session);
      const after = await bench.have('fetchCheckout')(id, bench.call());
      assert.equal(after?.status, 'complete');
      assert.equal(after.order?.providerOrderId, order.providerOrderId);
      assert.equal(after.order.checkoutSessionId, id);
    },
  },
  {
    name: 'fetchCheckout finds the order of a page among many orders',
    run: async (bench) => {
      const session = await bench.createCheckout(bench.newReference());
      const { providerOrderId } = await bench.paid(session);
      for (let i = 0; i < 220; i++) bench.simulator.insertForeignRow();
      const after = await bench.have('fetchCheckout')(session.sessionId ?? '', bench.call());
      assert.equal(after?.order?.providerOrderId, providerOrderId);
    },
  },
  {
    name: 'fetchCheckout of a session that the provider does not know is null',
    run: async (bench) => {
      assert.equal(await bench.have('fetchCheckout')('nosuchsession', bench.call()), null);
    },
  },
];

const returnCases: readonly ContractCase[] = [
  {
    name: 'a page that only the return makes known has no session to read',
    run: async (bench) => {
      const { sessionId } = await bench.createCheckout(bench.newReference());
      assert.equal(sessionId, null);
    },
  },
];

export const checkoutCases = ({ knownBy }: CheckoutCapability): readonly ContractCase[] => [
  ...creatingCases,
  ...(knownBy === 'session' ? sessionCases : returnCases),
];
