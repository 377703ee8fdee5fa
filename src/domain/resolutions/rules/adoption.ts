import { appliesIf, HERE, isIn, NAMED, NOT_HELD, READ, seenAs, type DecisionRules } from './rule.js';

export const ADOPT_PURCHASE: DecisionRules = {
  appliesTo: '`created`, `in_doubt` or `submitting`, on account',
  rules: [
    appliesIf(
      'the order is on account and of no pool, and it is not known what became of it',
      (facts) => facts.payment === 'account' && !facts.isMember && isIn(['created', 'submitting', 'in_doubt'], facts),
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
};

export const ADOPT_PAYMENT: DecisionRules = {
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
    seenAs('evidence_disagrees', 'mass, price, offering and beneficiary are those of the order', 'differs', 'changed'),
  ],
  steps: () => 1,
  stepsMean: 'one',
};
