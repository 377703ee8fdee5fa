import { strict as assert } from 'node:assert';
import type { Capabilities } from '../../../src/domain/providers/capabilities.js';
import { disagreements } from '../../../src/domain/purchases/integrity.js';
import type { ProviderOrder } from '../../../src/domain/providers/calls.js';
import type { ContractFixture } from '../contract-fixture.js';
import type { ContractCase } from '../provider-contract.js';
import { withRecorder } from '../recorder.js';

/** Legal JSON that no serialiser writes: it shows when a body is parsed and written again on its way. */
const PECULIAR_BODY = '{ "b":1.0,\n "a": "\\u00e6 æ",  "b":2 }';

const assertAsOrdered = async (fixture: ContractFixture, reference: string, order: ProviderOrder): Promise<void> => {
  const { harness, provider } = fixture;
  const wish = { mass: harness.mass, paymentMethod: 'account', providerOfferingId: harness.offeringId } as const;
  const { total } = await provider.quote(wish, fixture.call());
  const expected = {
    id: reference,
    orderedMass: harness.mass,
    paymentMethod: 'account',
    providerOfferingId: harness.offeringId,
    beneficiary: { name: fixture.request(reference).beneficiaryName, email: null },
    personalDataErasedAt: null,
    price: null,
    quoted: total,
    maxTotal: total,
  } as const;
  assert.deepEqual(disagreements(expected, order), []);
  assert.equal(order.orderReference, reference);
  assert.equal(order.mass, harness.mass);
  assert.equal(
    order.price === null,
    provider.capabilities.priceFrom === 'quote',
    'the price is where it is said to be',
  );
  assert.ok(order.createdAt);
};

const placingCases: readonly ContractCase[] = [
  {
    name: 'prepareOrder is pure and carries the reference',
    run: async (fixture) => {
      const reference = fixture.newReference();
      const prepare = fixture.have('prepareOrder');
      const body = prepare(fixture.request(reference));
      assert.equal(prepare(fixture.request(reference)), body);
      assert.ok(body.includes(reference));
      assert.notEqual(prepare(fixture.request(fixture.newReference())), body);
      assert.equal(fixture.reports.length, 0);
    },
  },
  {
    name: 'prepareOrder refuses what would have to be cut or rounded',
    run: async (fixture) => {
      const prepare = fixture.have('prepareOrder');
      const request = fixture.request(fixture.newReference());
      const refused = [
        { ...request, mass: fixture.harness.unsellable },
        { ...request, beneficiaryName: 'x'.repeat(5_000) },
      ];
      for (const wish of refused) {
        const error = await fixture.failureOf(
          'placeOrder',
          Promise.resolve().then(() => prepare(wish)),
        );
        assert.equal(error.failure, 'rejected');
      }
    },
  },
  {
    name: 'placeOrder sends exactly the bytes prepared',
    run: async (fixture) => {
      const bodies = [PECULIAR_BODY, fixture.have('prepareOrder')(fixture.request(fixture.newReference()))];
      await withRecorder(async (recorder) => {
        const provider = fixture.connectTo(recorder.url);
        for (const body of bodies)
          await fixture.failureOf(
            'placeOrder',
            Promise.resolve(provider.placeOrder?.({ body, idempotencyKey: fixture.keyOf('x') }, fixture.call())),
          );
        assert.deepEqual(
          recorder.requests.map((request) => request.body.toString()),
          bodies,
        );
      });
    },
  },
  {
    name: 'what was bought is what was ordered: mass, price, reference, offering and beneficiary',
    run: async (fixture) => {
      const reference = fixture.newReference();
      const placed = await fixture.placeOrder(reference);
      await assertAsOrdered(fixture, reference, placed);
      const read = await fixture.provider.fetchStatus(placed.providerOrderId, fixture.call());
      assert.ok(read);
      await assertAsOrdered(fixture, reference, read);
      const [entry, ...others] = fixture.purchases(reference);
      assert.deepEqual(others, [], 'bought once');
      assert.equal(entry?.id, placed.providerOrderId);
      assert.equal(entry.massGrams, fixture.harness.mass);
      if (placed.price) assert.equal(placed.price.amount.toFixed(2), entry.price?.amount);
    },
  },
];

const cancelCases: readonly ContractCase[] = [
  {
    name: 'cancel undoes an order that is placed',
    run: async (fixture) => {
      const { providerOrderId } = await fixture.bought();
      await fixture.have('cancel')(providerOrderId, fixture.keyOf('cancel'), fixture.call());
      const after = await fixture.provider.fetchStatus(providerOrderId, fixture.call());
      assert.ok(after === null || after.status === 'cancelled');
    },
  },
  {
    name: 'cancel of an order that cannot be cancelled any more is refused, and blames no key',
    run: async (fixture) => {
      const { providerOrderId } = await fixture.bought();
      fixture.harness.finish(fixture.simulator, providerOrderId);
      const cancel = fixture.have('cancel');
      const error = await fixture.failureOf('cancel', cancel(providerOrderId, fixture.keyOf('cancel'), fixture.call()));
      assert.equal(error.failure, 'rejected');
      assert.equal(error.pausesProvider, false);
      assert.equal((await fixture.provider.fetchStatus(providerOrderId, fixture.call()))?.status, 'completed');
    },
  },
  {
    name: 'cancel a second time rejects or resolves, and harms nothing',
    run: async (fixture) => {
      const { providerOrderId } = await fixture.bought();
      const cancel = fixture.have('cancel');
      await cancel(providerOrderId, fixture.keyOf('cancel'), fixture.call());
      const again = await cancel(providerOrderId, fixture.keyOf('other'), fixture.call()).then(
        () => 'resolved',
        (thrown: unknown) => fixture.provider.classifyError(thrown, 'cancel').failure,
      );
      assert.ok(again === 'resolved' || again === 'rejected', again);
    },
  },
];

const keyCases: readonly ContractCase[] = [
  {
    name: 'placing the same key twice buys once',
    run: async (fixture) => {
      const reference = fixture.newReference();
      const first = await fixture.placeOrder(reference);
      const second = await fixture.placeOrder(reference);
      assert.equal(second.providerOrderId, first.providerOrderId);
      assert.equal(fixture.purchases(reference).length, 1);
    },
  },
  {
    name: 'a purchase whose response was lost is found by sending it again',
    run: async (fixture) => {
      const reference = fixture.newReference();
      fixture.fault('placeOrder', { kind: 'reset', when: 'after_effect' }, 1);
      const error = await fixture.failureOf('placeOrder', fixture.placeOrder(reference));
      assert.equal(error.failure, 'ambiguous');
      const order = await fixture.placeOrder(reference);
      assert.deepEqual(
        fixture.purchases(reference).map(({ id }) => id),
        [order.providerOrderId],
      );
    },
  },
];

export const buyingCases = (capabilities: Capabilities): readonly ContractCase[] => [
  ...placingCases,
  ...(capabilities.idempotency.kind === 'key' ? keyCases : []),
  ...(capabilities.cancellation ? cancelCases : []),
];
