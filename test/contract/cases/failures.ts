import { strict as assert } from 'node:assert';
import type { FailureClass, FailureReason } from '../../../src/domain/providers/provider-error.js';
import { WRITES, type Operation } from '../../../src/domain/providers/provider.js';
import type { Fault } from '../../../dev/sandbox/index.js';
import type { ProviderHarness } from '../harness.js';
import type { ContractCase } from '../provider-contract.js';

/** How much later than its deadline a call may end: the promise under test. */
const LATE_MS = 500;

interface Judgement {
  readonly failure: FailureClass;
  readonly reasons: readonly FailureReason[];
}

interface Failure {
  /** Completes "`placeOrder`: …". */
  readonly name: string;
  readonly fault: Fault;
  readonly write: Judgement;
  readonly read: Judgement;
  /** Reads other than the decisive one share its fate; each of these costs them the pauses between their tries. */
  readonly decisive?: true;
  /** Does not end by itself: the call is given a short deadline. */
  readonly endless?: true;
  readonly retryAfterMs?: number;
}

const UNKNOWN = (...reasons: FailureReason[]) => ({
  write: { failure: 'ambiguous', reasons } as const,
  read: { failure: 'retry_later', reasons } as const,
});

const EITHER_WAY = (failure: FailureClass, ...reasons: FailureReason[]) => ({
  write: { failure, reasons },
  read: { failure, reasons },
});

const FAILURES: readonly Failure[] = [
  { name: 'a reset after the effect', fault: { kind: 'reset', when: 'after_effect' }, ...UNKNOWN('unavailable') },
  {
    name: 'a reset before the effect',
    decisive: true,
    fault: { kind: 'reset', when: 'before_effect' },
    ...UNKNOWN('unavailable'),
  },
  { name: 'silence', fault: { kind: 'hang', when: 'after_effect' }, endless: true, ...UNKNOWN('timed_out') },
  {
    name: 'a half-open connection',
    decisive: true,
    fault: { kind: 'half_open' },
    endless: true,
    ...UNKNOWN('timed_out'),
  },
  { name: 'a 500 with the effect', fault: { kind: 'error', status: 500, effect: true }, ...UNKNOWN('unavailable') },
  { name: 'a 503', decisive: true, fault: { kind: 'error', status: 503, effect: false }, ...UNKNOWN('unavailable') },
  { name: 'a 409', decisive: true, fault: { kind: 'refused', status: 409 }, ...UNKNOWN('unavailable') },
  { name: 'a page instead of the API', fault: { kind: 'html', status: 200 }, ...UNKNOWN('unreadable_answer') },
  { name: 'a refusal that is not the provider’s', fault: { kind: 'html', status: 400 }, ...UNKNOWN('unavailable') },
  { name: 'a refusal', fault: { kind: 'refused', status: 400 }, ...EITHER_WAY('rejected', 'invalid_request') },
  { name: 'a bad key', fault: { kind: 'refused', status: 401 }, ...EITHER_WAY('retry_later', 'credentials') },
  {
    name: 'too many requests',
    fault: { kind: 'rate_limited', retryAfterSeconds: 7 },
    retryAfterMs: 7_000,
    ...EITHER_WAY('retry_later', 'rate_limited'),
  },
];

const WITH_BODY: readonly Failure[] = [
  {
    name: 'half an answer',
    decisive: true,
    fault: { kind: 'truncated_body' },
    ...UNKNOWN('unavailable', 'unreadable_answer'),
  },
  { name: 'broken JSON', fault: { kind: 'broken_json' }, ...UNKNOWN('unreadable_answer') },
  {
    name: 'a slow drip',
    decisive: true,
    fault: { kind: 'slow_drip', everyMs: 40 },
    endless: true,
    ...UNKNOWN('timed_out'),
  },
  // Ends at the bound on its size or at the deadline, whichever the machine reaches first.
  {
    name: 'an endless answer',
    decisive: true,
    fault: { kind: 'endless_body' },
    endless: true,
    ...UNKNOWN('unavailable', 'timed_out'),
  },
];

const WITH_STATUS: readonly Failure[] = [
  { name: 'a status word nobody knows', fault: { kind: 'unknown_status' }, ...UNKNOWN('unreadable_answer') },
  // A member of every object: a table that is only indexed would answer with a function.
  {
    name: 'a status word that is a member of objects',
    fault: { kind: 'unknown_status', word: 'constructor' },
    ...UNKNOWN('unreadable_answer'),
  },
];

const expectedText = ({ failure }: Judgement): string => failure.replaceAll('_', ' ');

const failureCase = (operation: Operation, failure: Failure): ContractCase => {
  const isWrite = WRITES.has(operation);
  const expected = isWrite ? failure.write : failure.read;
  return {
    name: `${operation}: ${failure.name} is ${expectedText(expected)}`,
    run: async (bench) => {
      const send = await bench.ready(operation);
      const sent = bench.fault(operation, failure.fault);
      const reportsBefore = bench.reports.length;
      const call = failure.endless ? bench.callEndingAfter(sent) : bench.call();
      const passed = new Promise<number>((resolve) =>
        call.signal.addEventListener('abort', () => resolve(performance.now()), { once: true }),
      );
      const error = await bench.failureOf(operation, send(call));
      if (failure.endless && call.signal.aborted)
        assert.ok(performance.now() - (await passed) < LATE_MS, 'ends by its deadline');
      assert.equal(error.failure, expected.failure);
      assert.ok(expected.reasons.includes(error.reason), `reason ${error.reason}`);
      assert.equal(error.at.operation, operation);
      assert.equal(error.at.provider, bench.provider.id);
      assert.equal(error.at.retryAfterMs, failure.retryAfterMs);
      if (isWrite) assert.equal(sent(), 1, 'a write is sent exactly once');
      const outcomes = bench.reports.slice(reportsBefore).map((report) => report.outcome);
      assert.ok(outcomes.includes(expected.failure), 'the call is reported as what it was');
    },
  };
};

export const failureCases = (
  operations: readonly Operation[],
  { withBody, withStatus }: ProviderHarness,
): readonly ContractCase[] =>
  operations.flatMap((operation) => {
    const isDecisive = WRITES.has(operation) || operation === 'fetchStatus';
    const failures = [
      ...FAILURES,
      ...(withBody.includes(operation) ? WITH_BODY : []),
      ...(withStatus.includes(operation) ? WITH_STATUS : []),
    ];
    return failures
      .filter(({ decisive }) => isDecisive || decisive !== true)
      .map((failure) => failureCase(operation, failure));
  });
