import { strict as assert } from 'node:assert';
import type { FailureClass, FailureReason } from '../../../src/domain/providers/provider-error.js';
import { CLASS_OF, WRITES, type Operation } from '../../../src/domain/providers/calls.js';
import type { Fault } from '../../../dev/sandbox/index.js';
import { pass, settlesAtOnce } from '../../support/event-loop.js';
import { until, type ContractFixture } from '../contract-fixture.js';
import type { ProviderHarness } from '../harness.js';
import type { ContractCase } from '../provider-contract.js';

/** A failed call in the words of the provider, or without any, and how it has to be judged after a write and a read. */
interface Failure {
  /** Completes "placeOrder judges … as ambiguous". */
  readonly name: string;
  readonly fault: Fault;
  readonly reason: FailureReason;
  readonly write: FailureClass;
  readonly read: FailureClass;
  readonly retryAfterMs?: number;
}

/** What is not certain: a write may have happened, a read changes nothing. */
const UNCERTAIN = { write: 'ambiguous', read: 'retry_later' } as const;

/** The provider's own error shapes: each adapter describes them once, for all of its operations. */
const ERROR_SHAPES: readonly Failure[] = [
  {
    name: 'a refusal',
    fault: { kind: 'refused', status: 400 },
    reason: 'invalid_request',
    write: 'rejected',
    read: 'rejected',
  },
  {
    name: 'a bad key',
    fault: { kind: 'refused', status: 401 },
    reason: 'credentials',
    write: 'retry_later',
    read: 'retry_later',
  },
  {
    name: 'too many requests',
    fault: { kind: 'rate_limited', retryAfterSeconds: 7 },
    reason: 'rate_limited',
    write: 'retry_later',
    read: 'retry_later',
    retryAfterMs: 7_000,
  },
  { name: 'a conflict', fault: { kind: 'refused', status: 409 }, reason: 'unavailable', ...UNCERTAIN },
  {
    name: 'a refusal that is not the provider’s',
    fault: { kind: 'html', status: 400 },
    reason: 'unavailable',
    ...UNCERTAIN,
  },
];

/** Every operation reads its own response: none may take something else for it. */
const NOT_THE_API: Failure = {
  name: 'a page instead of the API',
  fault: { kind: 'html', status: 200 },
  reason: 'unreadable_answer',
  ...UNCERTAIN,
};
const UNKNOWN_STATUS: Failure = {
  name: 'an unknown status word',
  fault: { kind: 'unknown_status' },
  reason: 'unreadable_answer',
  ...UNCERTAIN,
};

/**
 * What breaks on the way is judged by the kit and proven there, once per class of operations. That an adapter leaves it
 * to the kit is proven on what moves money.
 */
const TRANSPORT: readonly Failure[] = [
  {
    name: 'a reset after the effect',
    fault: { kind: 'reset', when: 'after_effect' },
    reason: 'unavailable',
    ...UNCERTAIN,
  },
  {
    name: 'a 500 with the effect',
    fault: { kind: 'error', status: 500, effect: true },
    reason: 'unavailable',
    ...UNCERTAIN,
  },
];

const SILENCE: Failure = {
  name: 'silence',
  fault: { kind: 'hang', when: 'after_effect' },
  reason: 'timed_out',
  ...UNCERTAIN,
};

const caseOf = (
  operation: Operation,
  failure: Failure,
  run: (fixture: ContractFixture, sent: () => number, send: Sending) => Promise<unknown>,
): ContractCase => {
  const isWrite = WRITES.has(operation);
  const expected = isWrite ? failure.write : failure.read;
  return {
    name: `${operation} judges ${failure.name} as ${expected}`,
    run: async (fixture) => {
      const send = await fixture.ready(operation);
      const sent = fixture.fault(operation, failure.fault);
      const reportsBefore = fixture.reports.length;
      const error = await fixture.failureOf(operation, run(fixture, sent, send));
      assert.equal(error.failure, expected);
      assert.equal(error.reason, failure.reason);
      assert.deepEqual([error.at.provider, error.at.operation], [fixture.provider.id, operation]);
      assert.equal(error.at.retryAfterMs, failure.retryAfterMs);
      if (isWrite) assert.equal(sent(), 1, 'a write is sent exactly once');
      const outcomes = fixture.reports.slice(reportsBefore).map((report) => report.outcome);
      assert.ok(outcomes.includes(expected), 'the call is reported as what it was');
    },
  };
};

type Sending = Awaited<ReturnType<ContractFixture['ready']>>;

const failureCase = (operation: Operation, failure: Failure): ContractCase =>
  caseOf(operation, failure, (fixture, _, send) => send(fixture.call()));

/** The deadline passes once the request has arrived, however long a busy machine takes to send it. */
const silenceCase = (operation: Operation): ContractCase =>
  caseOf(operation, SILENCE, async (fixture, sent, send) => {
    const deadline = new AbortController();
    const pending = send(fixture.callUntil(deadline));
    pending.catch(() => undefined);
    await until(() => sent() > 0);
    await pass(deadline);
    assert.ok(await settlesAtOnce(pending), 'the call ends with its deadline');
    return pending;
  });

export const failureCases = (
  operations: readonly Operation[],
  { withBody, withStatus }: ProviderHarness,
): readonly ContractCase[] => {
  const purchases = operations.filter((operation) => CLASS_OF[operation] === 'purchases');
  const inAnyShape = [...purchases, 'fetchStatus'] as const;
  return [
    ...inAnyShape.flatMap((operation) => ERROR_SHAPES.map((failure) => failureCase(operation, failure))),
    ...withBody.filter((one) => operations.includes(one)).map((operation) => failureCase(operation, NOT_THE_API)),
    ...withStatus.map((operation) => failureCase(operation, UNKNOWN_STATUS)),
    ...purchases.flatMap((operation) => TRANSPORT.map((failure) => failureCase(operation, failure))),
    ...purchases.map(silenceCase),
  ];
};
