import { strict as assert } from 'node:assert';
import type { CheckoutCapability } from '../../../src/domain/providers/capabilities.js';
import type { ContractCase } from '../provider-contract.js';

const creatingCases: readonly ContractCase[] = [
  {
    name: 'prepareCheckout is pure and carries the addresses that carry the token',
    run: async (fixture) => {
      const reference = fixture.newReference();
      const prepare = fixture.have('prepareCheckout');
      const urls = fixture.urls(reference);
      const body = prepare(fixture.request(reference), urls);
      assert.equal(prepare(fixture.request(reference), urls), body);
      assert.ok(body.includes(urls.successUrl) && body.includes(urls.cancelUrl));
      assert.equal(fixture.reports.length, 0);
    },
  },
  {
    name: 'createCheckout opens a page and moves no money, however often',
    run: async (fixture) => {
      const reference = fixture.newReference();
      const pages = [await fixture.createCheckout(reference), await fixture.createCheckout(reference)];
      for (const page of pages) {
        assert.equal(page.status, 'open');
        assert.equal(page.order, null);
        assert.match(page.url, /^https?:\/\//);
        assert.ok(page.mass === null || page.mass === fixture.harness.mass);
      }
      assert.deepEqual(fixture.purchases(), []);
    },
  },
  {
    name: 'a page that was paid leads to one order, of the mass and offering ordered',
    run: async (fixture) => {
      const session = await fixture.createCheckout(fixture.newReference());
      const order = await fixture.paid(session);
      assert.equal(order.status, 'placed');
      assert.equal(order.mass, fixture.harness.mass);
      assert.ok(order.price);
      assert.ok(order.price.amount.greaterThan(0));
      assert.equal(order.price.currency, fixture.provider.capabilities.currency);
      assert.ok(order.providerOfferingId === null || order.providerOfferingId === fixture.harness.offeringId);
      assert.deepEqual((await fixture.provider.fetchStatus(order.providerOrderId, fixture.call()))?.status, 'placed');
      const [entry] = fixture.purchases();
      assert.equal(order.price.amount.toFixed(2), entry?.price?.amount);
    },
  },
];

const sessionCases: readonly ContractCase[] = [
  {
    name: 'fetchCheckout shows a page open, then complete with its order',
    run: async (fixture) => {
      const session = await fixture.createCheckout(fixture.newReference());
      const id = session.sessionId ?? assert.fail('the session has an id');
      assert.deepEqual(await fixture.have('fetchCheckout')(id, fixture.call()), session);
      const order = await fixture.paid(session);
      const after = await fixture.have('fetchCheckout')(id, fixture.call());
      assert.equal(after?.status, 'complete');
      assert.equal(after.order?.providerOrderId, order.providerOrderId);
      assert.equal(after.order.checkoutSessionId, id);
    },
  },
  {
    name: 'fetchCheckout finds the order of a page among many orders',
    run: async (fixture) => {
      const session = await fixture.createCheckout(fixture.newReference());
      const { providerOrderId } = await fixture.paid(session);
      for (let i = 0; i < 220; i++) fixture.simulator.insertForeignRow();
      const after = await fixture.have('fetchCheckout')(session.sessionId ?? '', fixture.call());
      assert.equal(after?.order?.providerOrderId, providerOrderId);
    },
  },
  {
    name: 'fetchCheckout finds the order of a page among orders of others that it cannot read',
    run: async (fixture) => {
      const { harness, simulator } = fixture;
      for (const row of Object.values(harness.unreadable)) simulator.insertForeignRow(row);
      const session = await fixture.createCheckout(fixture.newReference());
      const { providerOrderId } = await fixture.paid(session);
      for (const row of [...Object.values(harness.unreadable), ...Object.values(harness.unclear)])
        simulator.insertForeignRow(row);
      const after = await fixture.have('fetchCheckout')(session.sessionId ?? '', fixture.call());
      assert.equal(after?.order?.providerOrderId, providerOrderId);
      assert.equal(after.orderUnread, null);
    },
  },
  {
    name: 'fetchCheckout shows a page complete, and says why its order may be there and cannot be read',
    run: async (fixture) => {
      const session = await fixture.createCheckout(fixture.newReference());
      await fixture.paid(session);
      fixture.fault('listOrders', { kind: 'unknown_status' });
      const after = await fixture.have('fetchCheckout')(session.sessionId ?? '', fixture.call());
      assert.equal(after?.status, 'complete');
      assert.equal(after.order, null);
      assert.match(after.orderUnread ?? '', /^response\.data\[0\]/);
    },
  },
  {
    name: 'fetchCheckout of a session that the provider does not know is null',
    run: async (fixture) => {
      assert.equal(await fixture.have('fetchCheckout')('nosuchsession', fixture.call()), null);
    },
  },
];

const returnCases: readonly ContractCase[] = [
  {
    name: 'a page that only the return makes known has no session to read',
    run: async (fixture) => {
      const { sessionId } = await fixture.createCheckout(fixture.newReference());
      assert.equal(sessionId, null);
    },
  },
];

export const checkoutCases = ({ knownBy }: CheckoutCapability): readonly ContractCase[] => [
  ...creatingCases,
  ...(knownBy === 'session' ? sessionCases : returnCases),
];
