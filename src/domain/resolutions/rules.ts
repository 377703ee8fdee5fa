import { endsWithObservation, type ReviewReason } from '../orders/review.js';
import type { OrderStatus } from '../orders/lifecycle.js';
import type { CaseFacts } from './case-facts.js';
import type { Decision, Refusal } from './decisions.js';
import type { Seen } from './sighting.js';

/** One thing that has to hold. */
export interface Rule {
  readonly refusal: Refusal;
  /** What is to be so, as it is told to people. */
  readonly wants: string;
  readonly isBroken: (facts: CaseFacts, seen: Seen) => boolean;
  /** Known only once the provider was read. */
  readonly isSeen?: true;
}

interface DecisionRules {
  /** For which orders, as it is told to people. */
  readonly appliesTo: string;
  readonly rules: readonly Rule[];
  /** How many people it takes, where the order is not large. */
  readonly steps: (facts: CaseFacts, seen: Seen) => 1 | 2;
  /** The same, as it is told to people. */
  readonly stepsMean: string;
}

const appliesIf = (wants: string, applies: (facts: CaseFacts) => boolean): Rule => ({
  refusal: 'not_applicable',
  wants,
  isBroken: (facts) => !applies(facts),
});

const isIn = (statuses: readonly OrderStatus[], { status }: CaseFacts): boolean => statuses.includes(status);
const isFor = (reasons: readonly ReviewReason[], { reason }: CaseFacts): boolean =>
  reason !== null && reasons.includes(reason);

const NOT_HELD: Rule = {
  refusal: 'attempt_running',
  wants: 'no process is at the order',
  isBroken: ({ isHeld }) => isHeld,
};
const HERE: Rule = {
  refusal: 'other_account',
  wants: 'what was sent went to the account that this gateway calls',
  isBroken: ({ isElsewhere }) => isElsewhere,
};
const seenAs = (refusal: Refusal, wants: string, ...sights: readonly Seen['sight'][]): Rule => ({
  refusal,
  wants,
  isBroken: (_, { sight }) => sights.includes(sight),
  isSeen: true,
});
const READ: readonly Rule[] = [
  seenAs('provider_unavailable', 'the provider responds', 'unavailable'),
  seenAs('not_readable', 'its response can be understood', 'unreadable'),
];
const NAMED = seenAs('purchase_not_named', 'the evidence names the purchase or payment', 'not_read');
const STATED: Rule = {
  refusal: 'statement_required',
  wants: 'the provider has stated it',
  isBroken: (_, { hasStatement }) => !hasStatement,
  isSeen: true,
};

const SURPLUS: readonly ReviewReason[] = ['bought_twice', 'paid_twice', 'orphan_purchase', 'retirement_failed'];
const SEEN_BY_A_PERSON: readonly ReviewReason[] = [
  'payment_disputed',
  'undone_after_retirement',
  'contradicting_end',
  'answer_disagrees',
];

/**
 * What each decision asks for, in the order in which it is refused. The one table: `permitted` applies it,
 * docs/resolutions.md is generated from it, and every order is served what of it holds.
 */
export const RULES: Readonly<Record<Decision, DecisionRules>> = {
  adopt_purchase: {
    appliesTo: '`created`, `in_doubt` or `submitting`, on account',
    rules: [
      appliesIf(
        'the order is on account, and it is not known what became of it',
        (facts) => facts.payment === 'account' && isIn(['created', 'submitting', 'in_doubt'], facts),
      ),
      NOT_HELD,
      HERE,
      NAMED,
      ...READ,
      seenAs('not_found_at_provider', 'the provider has the purchase', 'absent', 'incomplete'),
      seenAs('purchase_belongs_to_another_order', 'no other order has it', 'taken'),
      seenAs(
        'evidence_disagrees',
        'mass, price, offering, beneficiary and reference are those of the order',
        'differs',
        'changed',
      ),
    ],
    steps: (_, { sight }) => (sight === 'without_reference' ? 2 : 1),
    stepsMean: 'one where the record has our reference, else two',
  },
  adopt_payment: {
    appliesTo: '`awaiting_payment` at a provider where pages cannot be read',
    rules: [
      appliesIf(
        'the order waits for a payment that is known by its id alone',
        (facts) => facts.pagesKnownBy === 'return' && isIn(['awaiting_payment'], facts),
      ),
      HERE,
      NAMED,
      ...READ,
      seenAs('not_found_at_provider', 'the provider has the payment', 'absent', 'incomplete'),
      seenAs('payment_not_paid', 'it is paid', 'unpaid', 'open'),
      seenAs('purchase_belongs_to_another_order', 'no other order has it', 'taken'),
      seenAs(
        'evidence_disagrees',
        'mass, price, offering and beneficiary are those of the order',
        'differs',
        'changed',
      ),
    ],
    steps: () => 1,
    stepsMean: 'one',
  },
  end_not_bought: {
    appliesTo: '`created` or `in_doubt`, on account',
    rules: [
      appliesIf(
        'the order is on account, and nothing of it is known to be bought',
        (facts) => facts.payment === 'account' && isIn(['created', 'in_doubt'], facts),
      ),
      NOT_HELD,
      HERE,
      {
        refusal: 'gateway_still_resolving',
        wants: 'the gateway cannot find out by itself any more',
        isBroken: ({ isResolving }) => isResolving,
      },
      {
        refusal: 'settle_time_running',
        wants: 'a purchase would be visible by now',
        isBroken: ({ isSettling }) => isSettling,
      },
      ...READ,
      seenAs(
        'found_at_provider',
        'the provider’s list has no purchase of it',
        'found',
        'without_reference',
        'differs',
        'taken',
        'retired',
        'cancelled',
        'unpaid',
        'open',
        'changed',
      ),
      {
        refusal: 'list_not_complete',
        wants: 'the list was read completely, or the provider has stated that nothing was bought',
        isBroken: ({ hasUnknownSend, listProves }, { sight, hasStatement }) =>
          hasUnknownSend && listProves && sight !== 'absent' && !hasStatement,
        isSeen: true,
      },
      {
        refusal: 'statement_required',
        wants: 'the provider has stated it, where its list proves nothing',
        isBroken: ({ hasUnknownSend, listProves }, { hasStatement }) => hasUnknownSend && !listProves && !hasStatement,
        isSeen: true,
      },
    ],
    steps: ({ hasUnknownSend, listProves }, { sight }) =>
      !hasUnknownSend || (listProves && sight === 'absent') ? 1 : 2,
    stepsMean: 'one where nothing was sent, or where the gateway has read a complete list that proves it; else two',
  },
  close_unpaid_page: {
    appliesTo: '`awaiting_payment`',
    rules: [
      appliesIf('the order waits for a payment', (facts) => isIn(['awaiting_payment'], facts)),
      HERE,
      {
        refusal: 'page_still_open',
        wants: 'no page of it can be paid any more',
        isBroken: ({ isPageOpen }, { sight }) => isPageOpen || sight === 'open',
      },
      {
        refusal: 'claim_open',
        wants: 'every payment id that was brought back is decided',
        isBroken: ({ hasOpenClaims }) => hasOpenClaims,
      },
      ...READ,
      seenAs(
        'payment_found',
        'nobody has paid',
        'found',
        'without_reference',
        'differs',
        'taken',
        'retired',
        'cancelled',
        'changed',
      ),
      {
        refusal: 'statement_required',
        wants: 'the provider has stated it, where its pages cannot be read',
        isBroken: ({ pagesKnownBy }, { sight, hasStatement }) =>
          !(pagesKnownBy === 'session' && (sight === 'unpaid' || sight === 'absent')) && !hasStatement,
        isSeen: true,
      },
    ],
    steps: ({ pagesKnownBy }, { sight }) => (pagesKnownBy === 'session' && sight === 'unpaid' ? 1 : 2),
    stepsMean: 'one where the page was read, else two',
  },
  end_undone: {
    appliesTo: '`placed` or `accepted`, under review as `vanished`',
    rules: [
      appliesIf(
        'the order was bought, and the provider has it no more',
        (facts) => isIn(['placed', 'accepted'], facts) && isFor(['vanished'], facts),
      ),
      HERE,
      ...READ,
      seenAs('retired_at_provider', 'nothing of it is retired', 'retired'),
      seenAs(
        'still_at_provider',
        'the provider still knows no such order',
        'not_read',
        'found',
        'without_reference',
        'differs',
        'taken',
        'cancelled',
        'unpaid',
        'open',
        'incomplete',
        'changed',
      ),
      STATED,
    ],
    steps: () => 2,
    stepsMean: 'two',
  },
  accept_difference: {
    appliesTo: 'under review as `answer_disagrees`, before its end',
    rules: [
      appliesIf(
        'the provider has recorded something else than was ordered',
        (facts) =>
          isFor(['answer_disagrees'], facts) &&
          isIn(['created', 'in_doubt', 'awaiting_payment', 'placed', 'accepted', 'retired'], facts),
      ),
      NOT_HELD,
      HERE,
      NAMED,
      ...READ,
      seenAs('not_found_at_provider', 'the provider has the purchase', 'absent', 'incomplete'),
      seenAs('purchase_belongs_to_another_order', 'no other order has it', 'taken'),
      seenAs(
        'difference_changed',
        'it differs still as it was flagged',
        'found',
        'without_reference',
        'retired',
        'cancelled',
        'unpaid',
        'open',
        'changed',
      ),
      STATED,
    ],
    steps: () => 2,
    stepsMean: 'two',
  },
  compensation_done: {
    appliesTo: 'under review as `bought_twice`, `paid_twice`, `orphan_purchase` or `retirement_failed`',
    rules: [
      appliesIf('something was bought or paid that is not to be kept', (facts) => isFor(SURPLUS, facts)),
      HERE,
      {
        refusal: 'purchase_not_covered',
        wants: 'of every purchase too many it is said what became of it',
        isBroken: (_, { isCovered }) => !isCovered,
      },
      ...READ,
      seenAs(
        'not_cancelled_at_provider',
        'the provider shows as cancelled what is said to be',
        'found',
        'without_reference',
        'differs',
        'taken',
        'retired',
        'unpaid',
        'open',
        'incomplete',
        'changed',
      ),
      {
        refusal: 'statement_required',
        wants: 'the provider or the tenant has stated it, but for what is cancelled',
        isBroken: (_, { sight, hasStatement }) => sight === 'not_read' && !hasStatement,
        isSeen: true,
      },
    ],
    steps: () => 2,
    stepsMean: 'two',
  },
  acknowledge: {
    appliesTo:
      'under review as `payment_disputed`, `undone_after_retirement`, `contradicting_end` or `answer_disagrees`',
    rules: [
      {
        refusal: 'ends_by_news',
        wants: 'it does not end by itself',
        isBroken: ({ reason }) => reason !== null && endsWithObservation(reason),
      },
      appliesIf('it is for a person to see', (facts) => isFor(SEEN_BY_A_PERSON, facts)),
      HERE,
      ...READ,
      {
        refusal: 'cause_still_there',
        wants: 'the provider agrees with the order now',
        isBroken: ({ reason }, { sight }) => reason === 'answer_disagrees' && sight !== 'found',
        isSeen: true,
      },
    ],
    steps: (_, { sight }) => (sight === 'found' ? 1 : 2),
    stepsMean: 'one where a read shows that the cause is gone, else two',
  },
};
