import { ORDER_STATUSES } from '../orders/lifecycle.js';
import { endsWithObservation, REVIEW_REASONS, type ReviewReason } from '../orders/review.js';
import type { CaseFacts } from './case-facts.js';
import { DECISION_NAMES, type Decision } from './decisions.js';
import { findingsOf, permitted, refusedUnseen, type Verdict } from './permitted.js';
import { SIGHT_NAMES, type Seen, type Sight } from './sighting.js';

const REASONS = [null, ...(Object.keys(REVIEW_REASONS) as ReviewReason[])];
const FLAGS = [
  'isHeld',
  'hasUnknownSend',
  'isElsewhere',
  'isResolving',
  'isSettling',
  'listProves',
  'isPageOpen',
  'hasOpenClaims',
  'isLarge',
] as const;

/** Every combination of the flags. */
const FLAG_SETS = Array.from({ length: 2 ** FLAGS.length }, (_, bits) =>
  Object.fromEntries(FLAGS.map((flag, nth) => [flag, (bits & (1 << nth)) !== 0])),
) as unknown as readonly Pick<CaseFacts, (typeof FLAGS)[number]>[];

const PAYMENTS = [
  { payment: 'account', pagesKnownBy: null, isMember: false },
  { payment: 'account', pagesKnownBy: null, isMember: true },
  { payment: 'checkout', pagesKnownBy: 'session', isMember: false },
  { payment: 'checkout', pagesKnownBy: 'return', isMember: false },
] as const;

/** Whether it can be cancelled matters to one decision alone, */
const cancellableFor = (decision: Decision): readonly boolean[] => (decision === 'cancel' ? [true, false] : [false]);

/** and so does which purchases are named. */
const seenFor = (decision: Decision): readonly Seen[] =>
  SIGHT_NAMES.flatMap((sight) =>
    [true, false].flatMap((hasStatement) =>
      (decision === 'compensation_done' ? [true, false] : [false]).map((isCovered) => ({
        sight,
        hasStatement,
        isCovered,
      })),
    ),
  );

interface Allowed {
  readonly facts: CaseFacts;
  readonly seen: Seen;
  readonly steps: 1 | 2;
}

const isOf =
  (...sights: readonly Sight[]) =>
  ({ seen }: Allowed): boolean =>
    sights.includes(seen.sight);

/** What shows neither a purchase nor a payment. */
const showsNothing = isOf('not_read', 'absent', 'incomplete');

/** What may never be allowed, by what it is, whatever the decision. */
const NEVER: Readonly<Record<string, (allowed: Allowed) => boolean>> = {
  'on a provider that is silent or unreadable': isOf('unavailable', 'unreadable'),
  'about another account': ({ facts }) => facts.isElsewhere,
  'by one person on a large order': ({ facts, steps }) => facts.isLarge && steps === 1,
};

/** And what each decision may never do. */
const NEVER_OF: Readonly<Record<Decision, Readonly<Record<string, (allowed: Allowed) => boolean>>>> = {
  adopt_purchase: {
    'of a member of a pool': ({ facts }) => facts.isMember,
    'while a process is at it': ({ facts }) => facts.isHeld,
    'that differs, is another order’s or is not there': isOf(
      'differs',
      'changed',
      'taken',
      'absent',
      'incomplete',
      'not_read',
    ),
    'by one person where it does not say whose it is': (allowed) =>
      isOf('without_reference')(allowed) && allowed.steps === 1,
  },
  adopt_payment: {
    'that differs, is another order’s, is not there or not paid': isOf(
      'differs',
      'changed',
      'taken',
      'absent',
      'incomplete',
      'not_read',
      'unpaid',
      'open',
    ),
    'where pages can be read': ({ facts }) => facts.pagesKnownBy !== 'return',
  },
  end_not_bought: {
    'of a member of a pool': ({ facts }) => facts.isMember,
    'while a process is at it, the gateway looks by itself, or a purchase may not be visible yet': ({ facts }) =>
      facts.isHeld || facts.isResolving || facts.isSettling,
    'with a purchase in sight': (allowed) => !showsNothing(allowed),
    'without proof or the word of the provider': ({ facts, seen }) =>
      facts.hasUnknownSend && !(facts.listProves && seen.sight === 'absent') && !seen.hasStatement,
    'by one person without proof': ({ facts, seen, steps }) =>
      facts.hasUnknownSend && !(facts.listProves && seen.sight === 'absent') && steps === 1,
    'of what was seen to be bought': ({ facts }) => facts.status !== 'created' && facts.status !== 'in_doubt',
  },
  close_unpaid_page: {
    'that can be paid, or of which a payment may be brought': ({ facts, seen }) =>
      facts.isPageOpen || facts.hasOpenClaims || seen.sight === 'open',
    'with a payment in sight': (allowed) => !showsNothing(allowed) && allowed.seen.sight !== 'unpaid',
    'by one person who has only a statement': ({ facts, seen, steps }) =>
      steps === 1 && !(facts.pagesKnownBy === 'session' && seen.sight === 'unpaid'),
    'that cannot be read, without a statement': ({ facts, seen }) =>
      facts.pagesKnownBy !== 'session' && !seen.hasStatement,
  },
  end_undone: {
    'that is not known to be gone, without a statement, or by one person': ({ facts, seen, steps }) =>
      facts.reason !== 'vanished' || seen.sight !== 'absent' || !seen.hasStatement || steps === 1,
  },
  accept_difference: {
    'other than the one that was flagged, without a statement, or by one person': ({ seen, steps }) =>
      seen.sight !== 'differs' || !seen.hasStatement || steps === 1,
  },
  compensation_done: {
    'by one person, or with a purchase of which nothing is said': ({ seen, steps }) => steps === 1 || !seen.isCovered,
    'of what is neither read as gone nor stated': ({ seen }) =>
      seen.sight === 'not_read' ? !seen.hasStatement : seen.sight !== 'absent' && seen.sight !== 'cancelled',
  },
  acknowledge: {
    'of what ends by itself': ({ facts: { reason } }) => reason === null || endsWithObservation(reason),
    'of a difference that is still there': ({ facts, seen }) =>
      facts.reason === 'answer_disagrees' && seen.sight !== 'found',
    'by one person of what is still so': ({ seen, steps }) => seen.sight !== 'found' && steps === 1,
  },
  cancel: {
    'of what cannot be cancelled, or while a process is at it': ({ facts }) => !facts.isCancellable || facts.isHeld,
    'of what is not there, is another order’s, or has ended there': isOf('absent', 'taken', 'retired', 'cancelled'),
  },
};

/** Ruled out by status, reason and way to pay, whatever else: one look at each is enough. */
const RULED_OUT: ReadonlySet<string> = new Set(['not_applicable', 'not_cancellable', 'ends_by_news']);

/** Visits every status, reason and way to pay with every flag and everything that may be seen. */
const everywhere = (decision: Decision, visit: (facts: CaseFacts, seen: Seen, verdict: Verdict) => void): void => {
  const all = seenFor(decision);
  for (const status of ORDER_STATUSES)
    for (const reason of REASONS)
      for (const payment of PAYMENTS)
        for (const flags of FLAG_SETS)
          for (const isCancellable of cancellableFor(decision)) {
            const facts: CaseFacts = { status, reason, ...payment, ...flags, isCancellable };
            for (const seen of all) {
              const verdict = permitted(facts, decision, seen);
              visit(facts, seen, verdict);
              if (!verdict.allowed && RULED_OUT.has(verdict.refusal)) break;
            }
          }
};

/** Names of what must not be, and how often it was; and the reasons that the decision is a way out of. */
const inspect = (decision: Decision) => {
  const found = new Map<string, number>();
  const count = (name: string): void => void found.set(name, (found.get(name) ?? 0) + 1);
  const waysOut = new Set<ReviewReason>();
  let allowed = 0;
  const rules = Object.entries({ ...NEVER, ...NEVER_OF[decision] });
  everywhere(decision, (facts, seen, verdict) => {
    if (!verdict.allowed) return;
    allowed += 1;
    if (facts.reason !== null) waysOut.add(facts.reason);
    for (const [name, isSo] of rules) if (isSo({ facts, seen, steps: verdict.steps })) count(name);
    if (refusedUnseen(facts, decision) !== null) count('refused without a read, and allowed with one');
  });
  return { found: Object.fromEntries(found), waysOut, allowed };
};

describe('permitted, over every status, reason, way to pay, flag and sight,', () => {
  const inspected = new Map(DECISION_NAMES.map((decision) => [decision, inspect(decision)]));

  it.each(DECISION_NAMES)('allows %s somewhere, and never where it must not be', (decision) => {
    const { found, allowed } = inspected.get(decision) ?? {};
    expect(found).toEqual({});
    expect(allowed).toBeGreaterThan(0);
  });

  it('leaves a way out of every review', () => {
    const reasons = [...inspected.values()].flatMap(({ waysOut }) => [...waysOut]);
    expect([...new Set(reasons)].sort()).toEqual(Object.keys(REVIEW_REASONS).sort());
  });

  it.each(DECISION_NAMES)('explains its verdict on %s by the first finding that is not so', (decision) => {
    const [flags] = FLAG_SETS;
    for (const status of ORDER_STATUSES)
      for (const reason of REASONS)
        for (const payment of PAYMENTS)
          for (const seen of seenFor(decision)) {
            const facts = { status, reason, ...payment, ...flags, isCancellable: true } as CaseFacts;
            const verdict = permitted(facts, decision, seen);
            const broken = findingsOf(facts, decision, seen).find(({ ok }) => !ok)?.check ?? null;
            if (broken !== (verdict.allowed ? null : verdict.refusal))
              throw new Error(`${status} ${reason}: ${broken}`);
          }
  });
});
