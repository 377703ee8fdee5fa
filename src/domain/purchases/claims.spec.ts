import {
  CLAIM_SPACING_MS,
  CLAIMS_PER_LOOK,
  claimsToRead,
  lookAgainMs,
  MAX_CALLBACK_BODIES,
  MAX_CLAIMS,
  NO_CLAIMS,
  untilNextClaimMs,
  type ClaimDecision,
  type PurchaseClaim,
  type PurchaseClaims,
} from './claims.js';

const NOW = new Date('2026-11-20T12:00:00.000Z');
const ago = (ms: number): Date => new Date(NOW.getTime() - ms);

const claim = (providerOrderId: string, looks = 0): PurchaseClaim => ({
  providerOrderId,
  source: 'return',
  looks,
  ownerId: null,
  isPromisedToAnother: false,
});
const claims = (about: Partial<PurchaseClaims>): PurchaseClaims => ({ ...NO_CLAIMS, ...about });
const undecided = (providerOrderId: string, delayMs: number | null): ClaimDecision => ({
  providerOrderId,
  verdict: delayMs === null ? 'unknown' : 'claimed',
  lookAgainMs: delayMs,
});

describe('claims of an order', () => {
  it('are bounded', () => {
    expect([MAX_CLAIMS, CLAIMS_PER_LOOK, MAX_CALLBACK_BODIES, CLAIM_SPACING_MS]).toEqual([1_000, 5, 100, 30_000]);
  });

  it.each<[string, Partial<PurchaseClaims>, boolean]>([
    ['never read', { looks: 0, lastLookAt: null }, true],
    ['read nine times, just now', { looks: 9, lastLookAt: NOW }, true],
    ['read ten times, just now', { looks: 10, lastLookAt: NOW }, false],
    ['read ten times, a moment less than the spacing ago', { looks: 10, lastLookAt: ago(29_999) }, false],
    ['read ten times, the spacing ago', { looks: 10, lastLookAt: ago(30_000) }, true],
    ['read before times were kept', { looks: 10, lastLookAt: null }, true],
  ])('of an order %s', (_, about, isRead) => {
    const due = [claim('one'), claim('two')];
    expect(claimsToRead(claims({ due, ...about }), NOW)).toEqual(isRead ? due : []);
  });

  it('are read again later and later, within a little more than a day, and then never', () => {
    const delays = Array.from({ length: 9 }, (_, looks) => lookAgainMs(claim('one', looks)));
    expect(delays).toEqual([5_000, 30_000, 120_000, 900_000, 3_600_000, 21_600_000, 86_400_000, null, null]);
  });
});

describe('how long until claims of an order are read again', () => {
  const until = (about: Partial<PurchaseClaims>, decisions: readonly ClaimDecision[] = []): number | null =>
    untilNextClaimMs(claims(about), decisions, NOW);

  it('is never where none is left', () => {
    expect(until({})).toBeNull();
    expect(until({ due: [claim('one')] }, [undecided('one', null)])).toBeNull();
  });

  it('is at once where one was not read', () => {
    expect(until({ due: [claim('one'), claim('two')] }, [undecided('one', null)])).toBe(0);
  });

  it('is when the first of those that were not decided is due again', () => {
    const due = [claim('one'), claim('two')];
    expect(until({ due }, [undecided('one', 30_000), undecided('two', 5_000)])).toBe(5_000);
  });

  it('is when the next one is due that is not read yet, and not before now', () => {
    expect(until({ nextDueAt: new Date(NOW.getTime() + 700) })).toBe(700);
    expect(until({ nextDueAt: ago(700) })).toBe(0);
    expect(until({ due: [claim('one')], nextDueAt: new Date(NOW.getTime() + 700) }, [undecided('one', 5_000)])).toBe(
      700,
    );
  });

  it('is no sooner than reads of the order are spaced, those of this look counted', () => {
    const nextDueAt = ago(1);
    expect(until({ nextDueAt, looks: 9, lastLookAt: ago(10_000) })).toBe(0);
    expect(until({ nextDueAt, looks: 10, lastLookAt: ago(10_000) })).toBe(20_000);
    expect(
      until({ nextDueAt, looks: 9, lastLookAt: ago(10_000), due: [claim('one')] }, [undecided('one', 5_000)]),
    ).toBe(30_000);
    expect(
      until({ nextDueAt, looks: 10, lastLookAt: ago(10_000), due: [claim('one')] }, [undecided('one', null)]),
    ).toBe(20_000);
  });
});
