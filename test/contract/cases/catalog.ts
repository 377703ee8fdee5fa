import { strict as assert } from 'node:assert';
import { isOrderable } from '../../../src/domain/mass.js';
import type { ContractFixture } from '../contract-fixture.js';
import type { ContractCase } from '../provider-contract.js';

const quoteOf = (fixture: ContractFixture, providerOfferingId: string | null, mass = fixture.harness.mass) => {
  const paymentMethod = fixture.provider.capabilities.paymentMethods[0] ?? 'account';
  return fixture.provider.quote({ mass, paymentMethod, providerOfferingId }, fixture.call());
};

export const catalogCases: readonly ContractCase[] = [
  {
    name: 'methods are present exactly when the capabilities say so',
    run: async ({ provider }) => {
      const { paymentMethods, checkout, cancellation, callbacks, idempotency } = provider.capabilities;
      const account = paymentMethods.includes('account');
      const hosted = paymentMethods.includes('checkout');
      const expected = {
        prepareOrder: account,
        placeOrder: account,
        listOrders: account,
        prepareCheckout: hosted,
        createCheckout: hosted,
        fetchCheckout: checkout?.knownBy === 'session',
        cancel: cancellation !== null,
        parseCallback: callbacks !== 'none',
      };
      for (const [method, isExpected] of Object.entries(expected))
        assert.equal(typeof provider[method as keyof typeof expected] === 'function', isExpected, method);
      assert.equal(checkout !== null, hosted, 'checkout terms go with the payment method');
      if (account) assert.notEqual(idempotency.kind, 'none', 'an account purchase needs a way out of doubt');
    },
  },
  {
    name: 'every capability names its source, documented, observed or assumed',
    run: async ({ provider }) => {
      const { sources, ...declared } = provider.capabilities;
      assert.deepEqual(Object.keys(sources).sort(), Object.keys(declared).sort());
      for (const [name, source] of Object.entries(sources))
        assert.match(source, /^(documented|observed|assumed): ./, name);
    },
  },
  {
    name: 'offerings are complete, within the mass rule and in the currency of the provider',
    run: async (fixture) => {
      const { capabilities, id } = fixture.provider;
      const offerings = await fixture.provider.offerings(fixture.call());
      assert.ok(offerings.some(({ providerOfferingId }) => providerOfferingId === fixture.harness.offeringId));
      assert.ok(offerings.filter(({ isDefault }) => isDefault).length <= 1, 'at most one default');
      const ids = new Set(offerings.map(({ providerOfferingId }) => providerOfferingId));
      assert.equal(ids.size, offerings.length, 'each offering once');
      for (const offering of offerings) {
        assert.equal(offering.provider, id);
        assert.equal(offering.step % capabilities.mass.step, 0, 'a step may be stricter, never looser');
        assert.ok(offering.minimum >= capabilities.mass.minimum);
        assert.equal(offering.unitPricePerTonne?.currency ?? capabilities.currency, capabilities.currency);
        assert.ok(offering.paymentMethods.every((method) => capabilities.paymentMethods.includes(method)));
        assert.ok(Math.abs(offering.fetchedAt.getTime() - Date.now()) < 60_000, 'read now');
      }
    },
  },
  {
    name: 'offerings and quotes do not suffer from rows of others that cannot be read',
    run: async (fixture) => {
      const idsNow = async (): Promise<readonly string[]> =>
        (await fixture.provider.offerings(fixture.call())).map(({ providerOfferingId }) => providerOfferingId);
      const before = await idsNow();
      for (const row of Object.values(fixture.harness.unreadable)) fixture.simulator.insertForeignRow(row);
      assert.deepEqual(await idsNow(), before);
      await quoteOf(fixture, fixture.harness.offeringId);
      await quoteOf(fixture, null);
    },
  },
  {
    name: 'every offering that is listed can be quoted',
    run: async (fixture) => {
      for (const offering of await fixture.provider.offerings(fixture.call())) {
        const mass = offering.minimum > fixture.harness.mass ? offering.minimum : fixture.harness.mass;
        const quote = await quoteOf(fixture, offering.providerOfferingId, mass);
        assert.equal(quote.providerOfferingId, offering.providerOfferingId);
        assert.equal(quote.offeringName, offering.name);
      }
    },
  },
  {
    name: 'a quote is for the mass asked, in one currency, with a price per tonne that fits its total',
    run: async (fixture) => {
      const quote = await quoteOf(fixture, fixture.harness.offeringId);
      assert.equal(quote.mass, fixture.harness.mass);
      assert.equal(quote.total.currency, fixture.provider.capabilities.currency);
      assert.ok(quote.total.amount.greaterThan(0));
      assert.ok(quote.tax === null || quote.tax.amount.lessThan(quote.total.amount), 'tax is within the total');
      const back = quote.perTonne.amount.times(quote.mass).div(1_000_000);
      assert.ok(back.minus(quote.total.amount).abs().lessThan('0.01'));
      assert.equal(fixture.purchases().length, 0, 'a quote buys nothing');
    },
  },
  {
    name: 'without an offering named, a quote says which one it is for, and that one is on sale',
    run: async (fixture) => {
      const { providerOfferingId } = await quoteOf(fixture, null);
      const offerings = await fixture.provider.offerings(fixture.call());
      const offering = offerings.find((candidate) => candidate.providerOfferingId === providerOfferingId);
      assert.ok(offering);
      const rule = { step: offering.step, minimum: offering.minimum, maximum: offering.available };
      assert.ok(isOrderable(fixture.harness.mass, rule));
    },
  },
  {
    name: 'a mass that cannot be sold is refused, not rounded',
    run: async (fixture) => {
      const { unsellable, offeringId } = fixture.harness;
      for (const offering of [offeringId, null]) {
        const error = await fixture.failureOf('quote', quoteOf(fixture, offering, unsellable));
        assert.equal(error.failure, 'rejected');
        assert.equal(error.reason, 'mass_not_orderable');
      }
    },
  },
  {
    name: 'an offering that does not exist is refused as such',
    run: async (fixture) => {
      const error = await fixture.failureOf('quote', quoteOf(fixture, 'no-such-offering'));
      assert.equal(error.failure, 'rejected');
      assert.equal(error.reason, 'offering_not_found');
    },
  },
];
