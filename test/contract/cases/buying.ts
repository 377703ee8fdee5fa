import { strict as assert } from 'node:assert';
import type { Capabilities } from '../../../src/domain/providers/capabilities.js';
import { disagreements } from '../../../src/domain/purchases/integrity.js';
import type { ProviderOrder } from '../../../src/domain/providers/provider.js';
import type { Bench } from '../bench.js';
import type { ContractCase } from '../provider-contract.js';
import { withRecorder } from '../recorder.js';

/** Legal JSON that no serialiser writes: it shows when a body is parsed and written again on its way. */
const PECULIAR_BODY = '{ "b":1.0,\n "a": "\\u00e6 æ",  "b":2 }';

const assertAsOrdered = async (bench: Bench, reference: string, order: ProviderOrder): Promise<void> => {
  const { harness, provider } = bench;
  const wish = { mass: harness.mass, paymentMethod: 'account', providerOfferingId: harness.offeringId } as const;
  const { total } = await provider.quote(wish, bench.call());
  const expected = {
    id: reference,
    orderedMass: harness.mass,
    paymentMethod: 'account',
    providerOfferingId: harness.offeringId,
    beneficiary: { name: bench.request(reference).beneficiaryName, email: null },
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
    run: async (bench) => {
      const reference = bench.newReference();
      const prepare = bench.have('prepareOrder');
      const body = prepare(bench.request(reference));
      assert.equal(prepare(bench.request(reference)), body);
      assert.ok(body.includes(reference));
      assert.notEqual(prepare(bench.request(bench.newReference())), body);
      assert.equal(bench.reports.length, 0);
    },
  },
  {
    name: 'prepareOrder refuses what would have to be cut or rounded',
    run: async (bench) => {
      const prepare = bench.have('prepareOrder');
      const request = bench.request(bench.newReference());
      const refused = [
        { ...request, mass: bench.harness.unsellable },
        { ...request, beneficiaryName: 'x'.repeat(5_000) },
      ];
      for (const wish of refused) {
        const error = await bench.failureOf(
          'placeOrder',
          Promise.resolve().then(() => prepare(wish)),
        );
        assert.equal(error.failure, 'rejected');
      }
    },
  },
  {
    name: 'placeOrder sends exactly the bytes prepared',
    run: async (bench) => {
      const bodies = [PECULIAR_BODY, bench.have('prepareOrder')(bench.request(bench.newReference()))];
      await withRecorder(async (recorder) => {
        const provider = bench.connectTo(recorder.url);
        for (const body of bodies)
          await bench.failureOf(
            'placeOrder',
            Promise.resolve(provider.placeOrder?.({ body, idempotencyKey: bench.keyOf('x') }, bench.call())),
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
    run: async (bench) => {
      const reference = bench.newReference();
      const placed = await bench.placeOrder(reference);
      await assertAsOrdered(bench, reference, placed);
      const read = await bench.provider.fetchStatus(placed.providerOrderId, bench.call());
      assert.ok(read);
      await assertAsOrdered(bench, reference, read);
      const [entry, ...others] = bench.purchases(reference);
      assert.deepEqual(others, [], 'bought once');
      assert.equal(entry?.id, placed.providerOrderId);
      assert.equal(entry.massGrams, bench.harness.mass);
      if (placed.price) assert.equal(placed.price.amount.toFixed(2), entry.price?.amount);
    },
  },
];

const cancelCases: readonly ContractCase[] = [
  {
    name: 'cancel undoes an order that is placed',
    run: async (bench) => {
      const { providerOrderId } = await bench.bought();
      await bench.have('cancel')(providerOrderId, bench.keyOf('cancel'), bench.call());
      const after = await bench.provider.fetchStatus(providerOrderId, bench.call());
      assert.ok(after === null || after.status === 'cancelled');
    },
  },
  {
    name: 'cancel of an order that cannot be cancelled any more is refused, and blames no key',
    run: async (bench) => {
      const { providerOrderId } = await bench.bought();
      bench.harness.finish(bench.simulator, providerOrderId);
      const cancel = bench.have('cancel');
      const error = await bench.failureOf('cancel', cancel(providerOrderId, bench.keyOf('cancel'), bench.call()));
      assert.equal(error.failure, 'rejected');
      assert.equal(error.pausesProvider, false);
      assert.equal((await bench.provider.fetchStatus(providerOrderId, bench.call()))?.status, 'completed');
    },
  },
  {
    name: 'cancel a second time rejects or resolves, and harms nothing',
    run: async (bench) => {
      const { providerOrderId } = await bench.bought();
      const cancel = bench.have('cancel');
      await cancel(providerOrderId, bench.keyOf('cancel'), bench.call());
      const again = await cancel(providerOrderId, bench.keyOf('other'), bench.call()).then(
        () => 'resolved',
        (thrown: unknown) => bench.provider.classifyError(thrown, 'cancel').failure,
      );
      assert.ok(again === 'resolved' || again === 'rejected', again);
    },
  },
];

const keyCases: readonly ContractCase[] = [
  {
    name: 'placing the same key twice buys once',
    run: async (bench) => {
      const reference = bench.newReference();
      const first = await bench.placeOrder(reference);
      const second = await bench.placeOrder(reference);
      assert.equal(second.providerOrderId, first.providerOrderId);
      assert.equal(bench.purchases(reference).length, 1);
    },
  },
  {
    name: 'a purchase whose answer was lost is found by sending it again',
    run: async (bench) => {
      const reference = bench.newReference();
      bench.fault('placeOrder', { kind: 'reset', when: 'after_effect' }, 1);
      const error = await bench.failureOf('placeOrder', bench.placeOrder(reference));
      assert.equal(error.failure, 'ambiguous');
      const order = await bench.placeOrder(reference);
      assert.deepEqual(
        bench.purchases(reference).map(({ id }) => id),
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
