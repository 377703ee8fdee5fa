import { endsWithObservation, type ReviewReason } from '../../orders/review.js';
import { appliesIf, HERE, isFor, isIn, NAMED, NOT_HELD, READ, seenAs, STATED, type DecisionRules } from './rule.js';

const SURPLUS: readonly ReviewReason[] = ['bought_twice', 'paid_twice', 'orphan_purchase', 'retirement_failed'];
const SEEN_BY_A_PERSON: readonly ReviewReason[] = [
  'payment_disputed',
  'undone_after_retirement',
  'contradicting_end',
  'answer_disagrees',
];

export const ACCEPT_DIFFERENCE: DecisionRules = {
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
};

export const COMPENSATION_DONE: DecisionRules = {
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
};

export const ACKNOWLEDGE: DecisionRules = {
  appliesTo: 'under review as `payment_disputed`, `undone_after_retirement`, `contradicting_end` or `answer_disagrees`',
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
};
