import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { FAILURE_AXES, FAILURE_REASONS } from '../../../src/domain/providers/provider-error.js';
import { WRITES, type Operation } from '../../../src/domain/providers/provider.js';
import type { ContractCase } from '../provider-contract.js';
import { withRecorder } from '../recorder.js';

const expiredCase = (operation: Operation): ContractCase => ({
  name: `${operation}: a deadline that has passed sends nothing`,
  run: async (bench) => {
    const send = await bench.ready(operation);
    const sent = bench.fault(operation, { kind: 'error', status: 500, effect: false });
    const error = await bench.failureOf(operation, send({ ...bench.call(), signal: AbortSignal.abort() }));
    assert.equal(error.failure, 'not_sent');
    assert.equal(sent(), 0);
  },
});

const redirectCase = (operation: Operation): ContractCase => ({
  name: `${operation}: a redirect is not followed, so the key goes nowhere`,
  run: async (bench) => {
    const send = await bench.ready(operation);
    await withRecorder(async (recorder) => {
      bench.fault(operation, { kind: 'redirect', location: recorder.url, effect: true });
      const error = await bench.failureOf(operation, send(bench.call()));
      assert.equal(error.failure, WRITES.has(operation) ? 'ambiguous' : 'retry_later');
      assert.deepEqual(recorder.requests, []);
    });
  },
});

const readCases = (operation: Operation): readonly ContractCase[] => [
  {
    name: `${operation}: a read goes on after one broken connection`,
    run: async (bench) => {
      const send = await bench.ready(operation);
      bench.fault(operation, { kind: 'reset', when: 'before_effect' }, 1);
      await send(bench.call());
    },
  },
  {
    name: `${operation}: a read gives up after a few tries`,
    run: async (bench) => {
      const send = await bench.ready(operation);
      const sent = bench.fault(operation, { kind: 'error', status: 500, effect: false });
      await bench.failureOf(operation, send(bench.call()));
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
  name: `${operation}: a host that takes no connection is not sent to`,
  run: async (bench) => {
    const provider = bench.connectTo(await withRecorder(async ({ url }) => url));
    const submission = { body: '{}', idempotencyKey: bench.keyOf('nowhere') };
    const sent =
      operation === 'placeOrder'
        ? provider.placeOrder?.(submission, bench.call())
        : provider.createCheckout?.(submission, bench.call());
    assert.ok(sent);
    const error = await bench.failureOf(operation, sent);
    assert.equal(error.failure, 'not_sent');
  },
});

export const sendingCases = (operations: readonly Operation[]): readonly ContractCase[] => [
  ...operations.flatMap((operation) => [expiredCase(operation), redirectCase(operation)]),
  ...operations.filter((operation) => !WRITES.has(operation)).flatMap(readCases),
  ...operations
    .filter((operation) => operation === 'placeOrder' || operation === 'createCheckout')
    .map(unreachableCase),
  totalCase(operations),
];
