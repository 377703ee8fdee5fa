import type { Decision } from './decisions.js';
import { ADOPT_PAYMENT, ADOPT_PURCHASE } from './rules/adoption.js';
import { CANCEL } from './rules/cancelling.js';
import { CLOSE_UNPAID_PAGE, END_NOT_BOUGHT, END_UNDONE } from './rules/ending.js';
import type { DecisionRules } from './rules/rule.js';
import { ACCEPT_DIFFERENCE, ACKNOWLEDGE, COMPENSATION_DONE } from './rules/settling.js';

export type { Rule } from './rules/rule.js';

/**
 * What each decision asks for, in the order in which it is refused. The one table: `permitted` applies it,
 * docs/resolutions.md is generated from it, and every order is served what of it holds.
 */
export const RULES: Readonly<Record<Decision, DecisionRules>> = {
  adopt_purchase: ADOPT_PURCHASE,
  adopt_payment: ADOPT_PAYMENT,
  end_not_bought: END_NOT_BOUGHT,
  close_unpaid_page: CLOSE_UNPAID_PAGE,
  end_undone: END_UNDONE,
  accept_difference: ACCEPT_DIFFERENCE,
  compensation_done: COMPENSATION_DONE,
  acknowledge: ACKNOWLEDGE,
  cancel: CANCEL,
};
