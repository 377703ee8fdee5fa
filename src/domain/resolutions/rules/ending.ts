import { appliesIf, HERE, isFor, isIn, NOT_HELD, READ, seenAs, STATED, type DecisionRules } from './rule.js';

export const END_NOT_BOUGHT: DecisionRules = {
  appliesTo: '`created` or `in_doubt`, on account',
  rules: [
    appliesIf(
      'the order is on account and of no pool, and nothing of it is known to be bought',
      (facts) => facts.payment === 'account' && !facts.isMember && isIn(['created', 'in_doubt'], facts),
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
  steps: ({ hasUnknownSend, listProves }, { sight }) => (!hasUnknownSend || (listProves && sight === 'absent') ? 1 : 2),
  stepsMean: 'one where nothing was sent, or where the gateway has read a complete list that proves it; else two',
};

export const CLOSE_UNPAID_PAGE: DecisionRules = {
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
};

export const END_UNDONE: DecisionRules = {
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
};
