import { strict as assert } from 'node:assert';
import type { PurchaseRequest } from '../../../src/domain/providers/calls.js';
import type { TextLimit } from '../../../src/domain/providers/text-limits.js';
import { PROVIDERS } from '../../../src/providers/registry.js';
import type { ContractFixture } from '../contract-fixture.js';
import type { ContractCase } from '../provider-contract.js';
import { withRecorder } from '../recorder.js';

/** An order whose texts under this limit have so many characters together, all of them in the first. */
const requestWith = (fixture: ContractFixture, { texts: [filled] }: TextLimit, length: number): PurchaseRequest => ({
  ...fixture.request(fixture.newReference()),
  beneficiaryName: 'Jane Smith',
  retirementMessage: null,
  description: null,
  ...(filled && { [filled]: 'x'.repeat(length) }),
});

const prepared = (fixture: ContractFixture, request: PurchaseRequest): string =>
  fixture.sells('account')
    ? fixture.have('prepareOrder')(request)
    : fixture.have('prepareCheckout')(request, fixture.urls(request.orderReference));

const submit = async (fixture: ContractFixture, request: PurchaseRequest): Promise<unknown> => {
  const submission = { body: prepared(fixture, request), idempotencyKey: fixture.keyOf(request.orderReference) };
  const method = fixture.sells('account') ? 'placeOrder' : 'createCheckout';
  return fixture.have(method)(submission, fixture.call());
};

export const textCases: readonly ContractCase[] = [
  {
    name: 'texts are taken up to their limit, and refused one character above it',
    run: async (fixture) => {
      const operation = fixture.sells('account') ? 'placeOrder' : 'createCheckout';
      for (const limit of fixture.provider.capabilities.textLimits) {
        await assert.doesNotReject(submit(fixture, requestWith(fixture, limit, limit.most)), 'taken at its limit');
        const tooLong = requestWith(fixture, limit, limit.most + 1);
        const refused = Promise.resolve().then(() => prepared(fixture, tooLong));
        const error = await fixture.failureOf(operation, refused);
        assert.equal(error.failure, 'rejected');
      }
    },
  },
  {
    name: 'the key travels in the header that the registration names, and in no other',
    run: async (fixture) => {
      await withRecorder(async (recorder) => {
        const provider = fixture.connectTo(recorder.url);
        await fixture.failureOf('fetchStatus', provider.fetchStatus('order1', fixture.call()));
        const [request] = recorder.requests;
        const carriers = Object.entries(request?.headers ?? {})
          .filter(([, value]) => value?.includes(fixture.simulator.apiKey))
          .map(([name]) => name);
        const registration = PROVIDERS.find(({ id }) => id === provider.id);
        assert.deepEqual(carriers, [registration?.keyHeader]);
      });
    },
  },
];
