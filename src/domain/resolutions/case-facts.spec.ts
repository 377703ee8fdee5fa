import { HERE, aSend, aState, at, NOW } from '../../../test/support/order-state.js';
import type { Capabilities } from '../providers/capabilities.js';
import { caseFactsOf } from './case-facts.js';

const DELAY_MS = 600_000;
const LOOKUP: Pick<Capabilities, 'idempotency' | 'checkout' | 'cancellation'> = {
  idempotency: { kind: 'lookup', visibilityDelayMs: DELAY_MS },
  checkout: null,
  cancellation: null,
};
const KEY: Pick<Capabilities, 'idempotency' | 'checkout' | 'cancellation'> = {
  idempotency: { kind: 'key', retentionMs: 86_400_000, visibilityDelayMs: 0 },
  checkout: { expiresAfterMs: 1, knownBy: 'session', minimumTotal: null, maximumTotal: null },
  cancellation: { while: ['placed'], refundable: null },
};
const PAGE = { sessionId: null, url: 'https://pay.example/1', status: 'open' } as const;

describe('the facts of a case', () => {
  it('know a purchase to be invisible until the delay of its last unknown send is over', () => {
    const sends = [
      aSend('ambiguous', { sendDeadlineAt: at(-2 * DELAY_MS) }),
      aSend(null, { number: 2, sendDeadlineAt: at(-DELAY_MS + 1) }),
      aSend('rejected', { number: 3, sendDeadlineAt: at(0) }),
    ];
    const { facts, times } = caseFactsOf(aState({ status: 'in_doubt' }, { attempts: sends }), LOOKUP, HERE, false);
    expect(facts).toMatchObject({ hasUnknownSend: true, isSettling: true, isResolving: true, listProves: true });
    expect(times.settledAt).toEqual(at(1));
    const settled = sends.map((send) => ({ ...send, sendDeadlineAt: at(-DELAY_MS) }));
    const later = caseFactsOf(aState({ status: 'in_doubt' }, { attempts: settled }), LOOKUP, HERE, false);
    expect(later.facts.isSettling).toBe(false);
  });

  it('know nothing to settle where nothing was sent, or every outcome is known', () => {
    for (const attempts of [[], [aSend('rejected')]]) {
      const { facts, times } = caseFactsOf(aState({}, { attempts }), LOOKUP, HERE, false);
      expect(facts).toMatchObject({ hasUnknownSend: false, isSettling: false, isResolving: false });
      expect(times.settledAt).toBeNull();
    }
  });

  it('know that the gateway goes on by itself, until it has looked often enough', () => {
    const attempts = [aSend('ambiguous', { startedAt: at(-DELAY_MS), sendDeadlineAt: at(-2 * DELAY_MS) })];
    const lookups = (count: number) => ({ status: 'in_doubt', lookups: { count, lastAt: NOW } }) as const;
    expect(caseFactsOf(aState(lookups(1), { attempts }), LOOKUP, HERE, false).facts.isResolving).toBe(true);
    expect(caseFactsOf(aState(lookups(12), { attempts }), LOOKUP, HERE, false).facts.isResolving).toBe(false);
  });

  it('know whether the page can be paid, and how payments of it are read', () => {
    const order = (closesMs: number) =>
      ({
        paymentMethod: 'checkout',
        status: 'awaiting_payment',
        checkout: { ...PAGE, expiresAt: at(closesMs) },
      }) as const;
    const open = caseFactsOf(aState(order(1)), KEY, HERE, false);
    expect(open.facts).toMatchObject({ isPageOpen: true, pagesKnownBy: 'session', payment: 'checkout' });
    expect(open.times.pageClosesAt).toEqual(at(1));
    expect(caseFactsOf(aState(order(0)), KEY, HERE, false).facts.isPageOpen).toBe(false);
    expect(caseFactsOf(aState(), KEY, HERE, false).facts).toMatchObject({ isPageOpen: false, pagesKnownBy: null });
  });

  it('know of claims that are due, and of those that are due later', () => {
    const none = { due: [], isFull: false, looks: 0, lastLookAt: null, nextDueAt: null };
    const due = {
      providerOrderId: 'p',
      source: 'return',
      looks: 0,
      ownerId: null,
      isPromisedToAnother: false,
    } as const;
    const factsWith = (claims: typeof none | { due: (typeof due)[] } | { nextDueAt: Date }) =>
      caseFactsOf(aState({}, { targets: { sessions: [], claims: { ...none, ...claims } } }), KEY, HERE, false).facts;
    expect(factsWith(none).hasOpenClaims).toBe(false);
    expect(factsWith({ due: [due] }).hasOpenClaims).toBe(true);
    expect(factsWith({ nextDueAt: NOW }).hasOpenClaims).toBe(true);
  });

  it('know whether it can be cancelled', () => {
    const isCancellable = (...[order, state]: Parameters<typeof aState>) =>
      caseFactsOf(aState(order, state), KEY, HERE, false).facts.isCancellable;
    expect(isCancellable()).toBe(true);
    expect(isCancellable({}, { attempts: [aSend('ambiguous')] })).toBe(false);
    expect(isCancellable({ status: 'placed', providerOrderId: 'p1' })).toBe(true);
    expect(isCancellable({ status: 'accepted', providerOrderId: 'p1' })).toBe(false);
  });

  it('know who is at it, where it went, why it is looked at and how large it is', () => {
    const review = { reason: 'vanished', since: NOW } as const;
    const state = aState({ review }, { isLeased: true, attempts: [aSend('accepted', { farSide: 'elsewhere' })] });
    expect(caseFactsOf(state, KEY, HERE, true).facts).toMatchObject({
      isHeld: true,
      isElsewhere: true,
      reason: 'vanished',
      isLarge: true,
      listProves: false,
    });
  });
});
