import { HERE, NOT_HELD, READ, seenAs, type DecisionRules } from './rule.js';

/** It is asked of the provider as a tenant's cancellation is: whether it can be is one rule, `whyNotCancellable`. */
export const CANCEL: DecisionRules = {
  appliesTo: '`created`, and `placed` or `accepted` where the provider can still cancel it',
  rules: [
    {
      refusal: 'not_cancellable',
      wants: 'the order can still be cancelled',
      isBroken: ({ isCancellable }) => !isCancellable,
    },
    NOT_HELD,
    HERE,
    ...READ,
    seenAs('not_found_at_provider', 'the provider has the order', 'absent'),
    seenAs('purchase_belongs_to_another_order', 'no other order has it', 'taken'),
    seenAs('retired_at_provider', 'nothing of it is retired', 'retired'),
    seenAs('ends_by_news', 'the provider has not cancelled it already', 'cancelled'),
  ],
  steps: () => 1,
  stepsMean: 'one',
};
