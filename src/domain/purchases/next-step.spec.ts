import fc from 'fast-check';
import { HERE } from '../../../test/support/order-state.js';
import type { FailureClass, FailureReason } from '../providers/provider-error.js';
import type { Idempotency, PaymentMethod } from '../providers/capabilities.js';
import type { Attempt, AttemptOutcome, Lookups } from './attempt.js';
import { afterFailure, nextStep } from './next-step.js';
import { KEY_SAFETY_MARGIN_MS } from './timing.js';

const HOUR = 3_600_000;
const START = Date.parse('2026-01-01T00:00:00Z');
const DEADLINE_MS = 30_000;

const KEY: Idempotency = { kind: 'key', retentionMs: 24 * HOUR, visibilityDelayMs: 60_000 };
const LOOKUP: Idempotency = { kind: 'lookup', visibilityDelayMs: 300_000 };
const NONE: Idempotency = { kind: 'none' };

const at = (ms: number): Date => new Date(START + ms);

const sent = (
  outcome: AttemptOutcome,
  ms = 0,
  more: { generation?: number; reason?: FailureReason; farSide?: string } = {},
): Attempt => ({
  number: 1,
  generation: more.generation ?? 1,
  farSide: more.farSide ?? null,
  startedAt: at(ms),
  sendDeadlineAt: at(ms + DEADLINE_MS),
  outcome,
  reason: more.reason ?? null,
});

const NEVER_LOOKED: Lookups = { count: 0, lastAt: null };

const step = (idempotency: Idempotency, attempts: Attempt[], ms: number, lookups = NEVER_LOOKED) =>
  nextStep(attempts, lookups, 'account', { idempotency }, at(ms), HERE);

describe('nextStep', () => {
  describe.each([
    ['a key', KEY],
    ['a lookup', LOOKUP],
    ['nothing', NONE],
  ])('where %s protects a repeat', (_, policy) => {
    it.each(['ambiguous', null, 'accepted'] as const)(
      'asks and sends nothing while a send that ended as %s is at another account',
      (outcome) => {
        const sends = [sent(outcome, 0, { farSide: 'there' }), sent('not_sent', 1, { farSide: 'here' })];
        expect(step(policy, sends, HOUR)).toEqual({ do: 'elsewhere' });
      },
    );

    it.each(['not_sent', 'rejected', 'retry_later', 'proven_absent'] as const)(
      'may go to another account after a send that ended as %s',
      (outcome) => {
        expect(step(policy, [sent(outcome, 0, { farSide: 'there' })], HOUR)).toMatchObject({ do: 'send' });
      },
    );

    it('goes on where the account is known to be the same, or no account was kept', () => {
      const before = step(policy, [sent('ambiguous')], HOUR);
      for (const farSide of ['here', 'key-before'])
        expect(step(policy, [sent('ambiguous', 0, { farSide })], HOUR)).toEqual(before);
      expect(before).not.toEqual({ do: 'elsewhere' });
    });
  });

  it('sends a new order', () => {
    expect(step(NONE, [], 0)).toEqual({ do: 'send', generation: 1, repeat: false });
  });

  describe('after definite failures', () => {
    it('goes on with the key that the provider never saw', () => {
      expect(step(KEY, [sent('not_sent')], 0)).toEqual({ do: 'send', generation: 1, repeat: true });
    });

    it('goes on with the key after a rate limit, which no provider keeps under a key', () => {
      expect(step(KEY, [sent('retry_later', 0, { reason: 'rate_limited' })], 0)).toMatchObject({
        generation: 1,
        repeat: true,
      });
    });

    it('takes a new key after refused credentials, a response that may be kept under the old one', () => {
      expect(step(KEY, [sent('retry_later', 0, { reason: 'credentials' })], 0)).toEqual({
        do: 'send',
        generation: 2,
        repeat: false,
      });
    });

    it('goes on however often nothing was sent', () => {
      expect(step(KEY, [sent('not_sent'), sent('not_sent'), sent('not_sent')], 0)).toMatchObject({ do: 'send' });
    });
  });

  describe('with an idempotency key, after an unknown send', () => {
    it('repeats the stored bytes under the same key, after a pause', () => {
      expect(step(KEY, [sent('ambiguous')], 500)).toEqual({ do: 'wait', until: at(1_000) });
      expect(step(KEY, [sent('ambiguous')], 1_000)).toEqual({ do: 'send', generation: 1, repeat: true });
    });

    it('pauses longer the more often it was sent under this key', () => {
      const attempts = [sent('ambiguous'), sent('ambiguous', 10_000)];
      expect(step(KEY, attempts, 11_999)).toEqual({ do: 'wait', until: at(12_000) });
      expect(step(KEY, attempts, 12_000)).toMatchObject({ do: 'send' });
    });

    it('repeats a send without a recorded outcome as soon, even if it may still be under way', () => {
      expect(step(KEY, [sent(null)], 999)).toEqual({ do: 'wait', until: at(1_000) });
      expect(step(KEY, [sent(null)], 1_000)).toEqual({ do: 'send', generation: 1, repeat: true });
    });

    it('stops an hour before the provider forgets the key, counted from the first send, and looks instead', () => {
      const end = 24 * HOUR - KEY_SAFETY_MARGIN_MS;
      const attempts = [sent('ambiguous'), sent('ambiguous', end - 10_000)];
      expect(step(KEY, attempts, end - 1)).toMatchObject({ do: 'send' });
      expect(step(KEY, attempts, end)).toMatchObject({ do: 'wait' });
      expect(step(KEY, attempts, end + 2 * 60_000)).toEqual({ do: 'lookup', conclusive: false });
    });

    it('counts the age of a key from its own first send, and the pause from its own sends', () => {
      const refused = sent('retry_later', 0, { reason: 'credentials' });
      const later = sent('ambiguous', 22 * HOUR, { generation: 2 });
      expect(step(KEY, [refused, refused, later], 22 * HOUR)).toEqual({ do: 'wait', until: at(22 * HOUR + 1_000) });
      expect(step(KEY, [refused, later], 24 * HOUR)).toEqual({ do: 'send', generation: 2, repeat: true });
    });

    it('believes a lookup after the visibility delay, and none before', () => {
      const attempts = [sent('ambiguous'), sent('rejected', 10)];
      const visibleAt = DEADLINE_MS + 60_000;
      const lookedAt = (ms: number): Lookups => ({ count: 1, lastAt: at(ms) });
      expect(step(KEY, attempts, visibleAt - 1)).toEqual({ do: 'wait', until: at(visibleAt) });
      expect(step(KEY, attempts, visibleAt)).toEqual({ do: 'lookup', conclusive: false });
      expect(step(KEY, attempts, visibleAt, lookedAt(visibleAt - 1))).toEqual({ do: 'lookup', conclusive: false });
      expect(step(KEY, attempts, visibleAt, lookedAt(visibleAt))).toEqual({ do: 'review' });
    });

    it('hands over to a person when the lookup after the visibility delay found nothing', () => {
      const looked = { count: 1, lastAt: at(25 * HOUR) };
      expect(step(KEY, [sent('ambiguous')], 25 * HOUR + 1, looked)).toEqual({ do: 'review' });
    });

    it('hands over to a person a list that cannot be read, however often it is tried', () => {
      const tried = (count: number): Lookups => ({ count, lastAt: null });
      expect(step(KEY, [sent('ambiguous')], 25 * HOUR, tried(11))).toEqual({ do: 'lookup', conclusive: false });
      expect(step(KEY, [sent('ambiguous')], 25 * HOUR, tried(12))).toEqual({ do: 'review' });
    });

    it.each([
      ['a refusal', sent('rejected', 10)],
      ['a response that disagrees', sent('ambiguous', 10, { reason: 'answer_disagrees' })],
    ])('does not repeat after %s', (_, last) => {
      expect(step(KEY, [sent('ambiguous'), last], 5 * 60_000)).toEqual({ do: 'lookup', conclusive: false });
    });
  });

  describe('with lookup only, after an unknown send', () => {
    it.each([
      [5_000, 'the send', { count: 0, lastAt: null }, 0],
      [25_000, 'the first look', { count: 1, lastAt: at(6_000) }, 6_000],
      [90_000, 'the second look', { count: 2, lastAt: at(40_000) }, 40_000],
      [25_000, 'the send, when the look itself failed', { count: 1, lastAt: null }, 0],
    ])('looks %d ms after %s, without drawing a conclusion', (delay, _, lookups, from) => {
      const dueAt = from + delay;
      expect(step(LOOKUP, [sent('ambiguous')], dueAt - 1, lookups)).toEqual({ do: 'wait', until: at(dueAt) });
      expect(step(LOOKUP, [sent('ambiguous')], dueAt, lookups)).toEqual({ do: 'lookup', conclusive: false });
    });

    it('counts the pauses from the latest unknown send', () => {
      const attempts = [sent('ambiguous'), sent(null, 10_000), sent('not_sent', 90_000)];
      expect(step(LOOKUP, attempts, 14_999)).toEqual({ do: 'wait', until: at(15_000) });
    });

    it('concludes once the visibility delay is over, counted from the latest unknown deadline', () => {
      const attempts = [sent('ambiguous'), sent(null, 1_000), sent('not_sent', 90_000)];
      const visibleAt = 1_000 + DEADLINE_MS + 300_000;
      expect(step(LOOKUP, attempts, visibleAt - 1, { count: 3, lastAt: null })).toEqual({
        do: 'wait',
        until: at(visibleAt),
      });
      expect(step(LOOKUP, attempts, visibleAt, { count: 3, lastAt: null })).toEqual({
        do: 'lookup',
        conclusive: true,
      });
    });

    it('sends once more, in a new generation, after proven absence, and a second time asks a person', () => {
      expect(step(LOOKUP, [sent('proven_absent')], 0)).toEqual({ do: 'send', generation: 2, repeat: false });
      expect(step(LOOKUP, [sent('proven_absent'), sent('proven_absent', 1, { generation: 2 })], 0)).toEqual({
        do: 'review',
      });
    });

    it('gives up on a list that can never be read completely', () => {
      expect(step(LOOKUP, [sent('ambiguous')], HOUR, { count: 12, lastAt: at(HOUR) })).toEqual({ do: 'review' });
    });
  });

  it('hands an unknown send over at once where the provider offers neither', () => {
    expect(step(NONE, [sent('ambiguous')], 0)).toEqual({ do: 'review' });
  });

  it('makes another checkout after an unknown one, because the first was never shown', () => {
    expect(nextStep([sent('ambiguous')], NEVER_LOOKED, 'checkout', { idempotency: NONE }, at(60_000), HERE)).toEqual({
      do: 'send',
      generation: 1,
      repeat: true,
    });
  });

  it('never sends while an earlier send is unknown, except the same bytes under a key that is still honoured', () => {
    const outcome = fc.constantFrom<AttemptOutcome>(
      null,
      'ambiguous',
      'rejected',
      'not_sent',
      'retry_later',
      'proven_absent',
    );
    const attempt = fc
      .record({ outcome, ms: fc.integer({ min: 0, max: 48 * HOUR }), generation: fc.integer({ min: 1, max: 3 }) })
      .map(({ outcome: what, ms, generation }) => sent(what, ms, { generation }));
    const attempts = fc
      .array(attempt, { minLength: 1, maxLength: 5 })
      .map((list) => list.sort((a, b) => +a.startedAt - +b.startedAt));
    const lookups = fc.record({
      count: fc.integer({ min: 0, max: 20 }),
      lastAt: fc.constantFrom(null, at(0), at(30 * HOUR)),
    });
    fc.assert(
      fc.property(
        attempts,
        lookups,
        fc.constantFrom(KEY, LOOKUP, NONE),
        fc.integer({ min: 0, max: 96 * HOUR }),
        (sends, looked, policy, ms) => {
          const next = step(policy, sends, ms, looked);
          const unknown = sends.filter(({ outcome: what }) => what === null || what === 'ambiguous');
          if (next.do !== 'send' || unknown.length === 0) return;
          const inGeneration = sends.filter(({ generation }) => generation === next.generation);
          const first = Math.min(...inGeneration.map(({ startedAt }) => startedAt.getTime()));
          expect({ policy: policy.kind, repeat: next.repeat, honoured: START + ms < first + 23 * HOUR }).toEqual({
            policy: 'key',
            repeat: true,
            honoured: true,
          });
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('afterFailure', () => {
  const over: Attempt[] = [sent('not_sent'), sent('rejected')];
  const open: Attempt[] = [sent('ambiguous'), sent('rejected')];

  it.each<[string, FailureClass, string, Attempt[], PaymentMethod, string]>([
    ['fails', 'rejected', 'nothing else is open', over, 'account', 'failed'],
    ['is in doubt', 'rejected', 'another send may have bought', open, 'account', 'in_doubt'],
    ['fails', 'rejected', 'another checkout may exist that was never shown', open, 'checkout', 'failed'],
    ['waits for another try', 'retry_later', 'nothing else is open', over, 'account', 'created'],
    ['waits for another try', 'not_sent', 'nothing else is open', over, 'checkout', 'created'],
    ['is in doubt', 'not_sent', 'another send may have bought', open, 'account', 'in_doubt'],
    ['is in doubt', 'ambiguous', 'that very send may have bought', open, 'account', 'in_doubt'],
  ])('an order %s after %s, when %s', (_, failure, __, attempts, payment, status) => {
    expect(afterFailure(failure, attempts, payment)).toBe(status);
  });
});
