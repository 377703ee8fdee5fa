import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { FAILURE_AXES, FAILURE_REASONS } from '../../../src/domain/providers/provider-error.js';
import { CLASS_OF, WRITES, type Operation } from '../../../src/domain/providers/calls.js';
import type { ContractCase } from '../provider-contract.js';
import { withRecorder } from '../recorder.js';

const expiredCase = (operation: Operation): ContractCase => ({
  name: `${operation} sends nothing once its deadline has passed`,
  run: async (fixture) => {
    const send = await fixture.ready(operation);
    const sent = fixture.fault(operation, { kind: 'error', status: 500, effect: false });
    const error = await fixture.failureOf(operation, send({ ...fixture.call(), signal: AbortSignal.abort() }));
    assert.equal(error.failure, 'not_sent');
    assert.equal(sent(), 0);
  },
});

const redirectCase = (operation: Operation): ContractCase => ({
  name: `${operation} follows no redirect, so the key goes nowhere else`,
  run: async (fixture) => {
    const send = await fixture.ready(operation);
    await withRecorder(async (recorder) => {
      fixture.fault(operation, { kind: 'redirect', location: recorder.url, effect: true });
      const error = await fixture.failureOf(operation, send(fixture.call()));
      assert.equal(error.failure, 'ambiguous');
      assert.deepEqual(recorder.requests, []);
    });
  },
});

const retryCases = (operation: Operation): readonly ContractCase[] => [
  {
    name: `${operation} goes on after one broken connection, as every read does`,
    run: async (fixture) => {
      const send = await fixture.ready(operation);
      fixture.fault(operation, { kind: 'reset', when: 'before_effect' }, 1);
      await send(fixture.call());
    },
  },
  {
    name: `${operation} gives up after a few tries, as every read does`,
    run: async (fixture) => {
      const send = await fixture.ready(operation);
      const sent = fixture.fault(operation, { kind: 'error', status: 500, effect: false });
      await fixture.failureOf(operation, send(fixture.call()));
      assert.ok(sent() >= 2 && sent() <= 5, `${sent()} tries`);
    },
  },
];

const hostileGetter = fc.constantFrom('code', 'response', 'name', 'errors', 'cause').map((property) =>
  Object.defineProperty(new Error('hostile'), property, {
    get: () => {
      throw new Error('read');
    },
  }),
);

const anyThrown = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withObjectString: true }),
  fc.record({ code: fc.string(), syscall: fc.string(), message: fc.string(), response: fc.anything() }),
  hostileGetter,
  fc.array(fc.constantFrom('ECONNREFUSED', 'ECONNRESET')).map((codes) => {
    const members = codes.map((code) => Object.assign(new Error(code), { code }));
    return new AggregateError(members, 'tried every address');
  }),
  fc.constant(new Proxy({}, { getPrototypeOf: () => assert.fail(), get: () => assert.fail() })),
);

const totalCase = (operations: readonly Operation[]): ContractCase => ({
  name: 'classifyError judges whatever was thrown, and takes silence after a write for ambiguous',
  run: async ({ provider }) => {
    const holds = fc.property(anyThrown, fc.constantFrom(...operations), (thrown, operation) => {
      const error = provider.classifyError(thrown, operation);
      assert.ok(Object.hasOwn(FAILURE_AXES, error.failure));
      assert.ok(FAILURE_REASONS.includes(error.reason));
      assert.deepEqual([error.at.provider, error.at.operation], [provider.id, operation]);
      const silence = WRITES.has(operation) ? 'ambiguous' : 'retry_later';
      assert.ok(error.failure === silence || error.failure === 'not_sent', `${operation} ${error.failure}`);
    });
    assert.doesNotThrow(() => fc.assert(holds, { numRuns: 300 }));
    for (const operation of operations)
      for (const thrown of [undefined, null, 'text', {}, new Error('x')])
        assert.equal(
          provider.classifyError(thrown, operation).failure,
          WRITES.has(operation) ? 'ambiguous' : 'retry_later',
        );
  },
});

const unreachableCase = (operation: Operation): ContractCase => ({
  name: `${operation} counts as not sent to a host that takes no connection`,
  run: async (fixture) => {
    const provider = fixture.connectTo(await withRecorder(async ({ url }) => url));
    const submission = { body: '{}', idempotencyKey: fixture.keyOf('nowhere') };
    const sent =
      operation === 'placeOrder'
        ? provider.placeOrder?.(submission, fixture.call())
        : provider.createCheckout?.(submission, fixture.call());
    assert.ok(sent);
    const error = await fixture.failureOf(operation, sent);
    assert.equal(error.failure, 'not_sent');
  },
});

/** As with other failures on the way, the kit proves these for every class of operations, and the adapters for money. */
export const sendingCases = (operations: readonly Operation[]): readonly ContractCase[] => {
  const purchases = operations.filter((operation) => CLASS_OF[operation] === 'purchases');
  return [
    ...purchases.flatMap((operation) => [expiredCase(operation), redirectCase(operation), unreachableCase(operation)]),
    ...retryCases('fetchStatus'),
    totalCase(operations),
  ];
};
