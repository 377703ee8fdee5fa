import { strict as assert } from 'node:assert';
import type { Operation } from '../../../src/domain/providers/calls.js';
import type { ProviderHarness } from '../harness.js';
import type { ContractCase } from '../provider-contract.js';

const UNKNOWN_ID = 'nosuchorder';

const IMPOSSIBLE_IDS = ['', '.', '..', 'a b', 'x\r\ny: z', 'å', 'x'.repeat(500)];

/** Ids that would lead somewhere else if they were put into a path as they are. */
const LEADING_ASTRAY = ['../payments', 'a/../b', 'x?limit=1', 'x#y', '%2e%2e'];

const sameIdCase = (operation: Operation): ContractCase => ({
  name: `${operation} refuses a response about something else than was asked for`,
  run: async (fixture) => {
    const send = await fixture.ready(operation);
    fixture.fault(operation, { kind: 'set_field', path: fixture.simulator.identity.idField, value: 'another' });
    const error = await fixture.failureOf(operation, send(fixture.call()));
    assert.equal(error.reason, 'answer_disagrees');
  },
});

const ABOUT_ONE_ID: readonly Operation[] = ['fetchStatus', 'fetchCheckout', 'cancel'];

export const readingCases = ({ withStatus }: ProviderHarness): readonly ContractCase[] => [
  ...withStatus.filter((operation) => ABOUT_ONE_ID.includes(operation)).map(sameIdCase),
  ...FETCHING,
];

const FETCHING: readonly ContractCase[] = [
  {
    name: 'fetchStatus of an id that the provider does not know is null',
    run: async (fixture) => {
      assert.equal(await fixture.provider.fetchStatus(UNKNOWN_ID, fixture.call()), null);
    },
  },
  {
    name: 'fetchStatus believes a 404 only from the provider itself',
    run: async (fixture) => {
      const send = await fixture.ready('fetchStatus');
      fixture.fault('fetchStatus', { kind: 'html', status: 404 });
      const error = await fixture.failureOf('fetchStatus', send(fixture.call()));
      assert.equal(error.failure, 'retry_later');
    },
  },
  {
    name: 'fetchStatus never sends what cannot be an id, and never leaves its path',
    run: async (fixture) => {
      await fixture.bought();
      const sent = fixture.fault('fetchStatus', { kind: 'refused', status: 400 });
      for (const id of IMPOSSIBLE_IDS) {
        const error = await fixture.failureOf('fetchStatus', fixture.provider.fetchStatus(id, fixture.call()));
        assert.equal(error.failure, 'rejected', JSON.stringify(id));
      }
      assert.equal(sent(), 0);
      for (const id of LEADING_ASTRAY)
        await fixture.failureOf('fetchStatus', fixture.provider.fetchStatus(id, fixture.call()));
      assert.equal(sent(), LEADING_ASTRAY.length);
    },
  },
  {
    name: 'fetchStatus follows an order to its end, with the evidence that the capabilities promise',
    run: async (fixture) => {
      const { providerOrderId, status } = await fixture.bought();
      assert.equal(status, 'placed');
      fixture.harness.finish(fixture.simulator, providerOrderId);
      const order = await fixture.provider.fetchStatus(providerOrderId, fixture.call());
      assert.ok(order);
      assert.equal(order.providerOrderId, providerOrderId);
      assert.equal(order.status, 'completed');
      const { evidence } = fixture.provider.capabilities;
      if (evidence.includes('certificate')) assert.ok(order.certificate);
      if (evidence.includes('retirement_link')) assert.ok(order.retirements.some(({ url }) => url !== null));
      if (evidence.includes('serial_numbers'))
        assert.ok(order.retirements.some(({ serialNumberRange }) => serialNumberRange !== null));
    },
  },
  {
    name: 'an order that is not completed shows no proof',
    run: async (fixture) => {
      const { certificate, retirements, retiredAt } = await fixture.bought();
      assert.equal(certificate, null);
      assert.deepEqual(retirements, []);
      assert.equal(retiredAt, null);
    },
  },
];
