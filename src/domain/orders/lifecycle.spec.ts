import fc from 'fast-check';
import { OBSERVED_STATUSES, type ObservedStatus } from '../providers/calls.js';
import { decide, isTerminal, isOutcomePending, ORDER_STATUSES, TRANSITIONS, type OrderStatus } from './lifecycle.js';

const anyStatus = fc.constantFrom(...ORDER_STATUSES);
const anyObserved = fc.constantFrom(...OBSERVED_STATUSES);

describe('decide', () => {
  it('only ever advances along a declared transition', () => {
    fc.assert(
      fc.property(anyStatus, anyObserved, (current, observed) => {
        const decision = decide(current, observed);
        if (decision.kind === 'advance') expect(TRANSITIONS[current]).toContain(decision.to);
      }),
    );
  });

  it('treats what is already recorded as stale', () => {
    fc.assert(fc.property(anyObserved, (status) => decide(status, status).kind === 'stale'));
  });

  it('ends at the furthest truth, in whatever order true observations arrive', () => {
    const forward: ObservedStatus[] = ['placed', 'accepted', 'retired', 'completed'];
    fc.assert(
      fc.property(fc.shuffledSubarray(forward, { minLength: 4 }), (observations) => {
        const end = observations.reduce<OrderStatus>((status, observed) => {
          const decision = decide(status, observed);
          return decision.kind === 'advance' ? decision.to : status;
        }, 'in_doubt');
        expect(end).toBe('completed');
      }),
    );
  });

  it.each<[OrderStatus, ObservedStatus, string]>([
    ['failed', 'placed', 'orphan_purchase'],
    ['cancelled', 'retired', 'orphan_purchase'],
    ['expired', 'completed', 'orphan_purchase'],
    ['completed', 'cancelled', 'undone_after_retirement'],
    ['retired', 'failed', 'undone_after_retirement'],
    ['cancelled', 'failed', 'contradicting_end'],
    ['placed', 'expired', 'contradicting_end'],
  ])('calls %s followed by %s a conflict: %s', (current, observed, reason) => {
    expect(decide(current, observed)).toEqual({ kind: 'conflict', reason });
  });

  it.each<[OrderStatus, ObservedStatus]>([
    ['completed', 'placed'],
    ['retired', 'accepted'],
    ['placed', 'awaiting_payment'],
    ['failed', 'awaiting_payment'],
  ])('takes %s followed by %s for a late observation', (current, observed) => {
    expect(decide(current, observed)).toEqual({ kind: 'stale' });
  });
});

describe('the transitions', () => {
  it.each<[OrderStatus, string]>([
    ['created', 'placed accepted retired completed cancelled failed'],
    ['submitting', 'awaiting_payment placed accepted retired completed failed'],
    ['in_doubt', 'awaiting_payment placed accepted retired completed cancelled failed'],
    ['awaiting_payment', 'placed accepted retired completed cancelled expired failed'],
    ['placed', 'accepted retired completed cancelled failed'],
    ['accepted', 'retired completed cancelled failed'],
    ['retired', 'completed'],
    ['completed', ''],
    ['cancelled', ''],
    ['failed', ''],
    ['expired', ''],
  ])('let an observation move %s to: %s', (current, reachable) => {
    const advancing = OBSERVED_STATUSES.filter((observed) => decide(current, observed).kind === 'advance');
    expect(advancing.join(' ')).toBe(reachable);
  });

  it.each<[OrderStatus, OrderStatus[]]>([
    ['created', ['submitting']],
    ['submitting', ['created', 'in_doubt']],
    ['in_doubt', ['submitting']],
  ])('to %s come from %p alone', (inner, from) => {
    expect(ORDER_STATUSES.filter((status) => TRANSITIONS[status].includes(inner))).toEqual(from);
  });

  it('leave open what the provider made of an order in the first three statuses', () => {
    expect(ORDER_STATUSES.filter(isOutcomePending)).toEqual(['created', 'submitting', 'in_doubt']);
  });

  it('leave exactly the four ends without a way out', () => {
    expect(ORDER_STATUSES.filter(isTerminal)).toEqual(['completed', 'cancelled', 'failed', 'expired']);
  });

  it('reach every status from created', () => {
    const reached = new Set<OrderStatus>(['created']);
    for (const status of reached) for (const next of TRANSITIONS[status]) reached.add(next);
    expect([...reached].sort()).toEqual([...ORDER_STATUSES].sort());
  });

  it('never undo a retirement', () => {
    expect(TRANSITIONS.retired).toEqual(['completed']);
    expect(TRANSITIONS.completed).toEqual([]);
  });
});
