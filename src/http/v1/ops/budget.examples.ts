import type { Example } from '../../openapi/api-responses.decorator.js';
import type { BudgetListResponse, BudgetResponse } from './budget.response.js';

const ANN = { id: 'opr_01m8bvj603esqart4sjcfcrkn2', name: 'Ann' };
const BEN = { id: 'opr_01m8bvj61pesqart6sk7jk5gph', name: 'Ben' };
const WHY = 'Agreed for the year-end campaign';

export const BUDGET: Example<BudgetResponse> = {
  tenant_id: 'ten_01m8bvj5r7esqart4731rzbw58',
  period: '2026-11',
  limit: { amount: '25000.00', currency: 'USD' },
  source: 'budget',
  spent: { amount: '1840.50', currency: 'USD' },
  reserved: { amount: '64.80', currency: 'USD' },
  left: { amount: '23159.50', currency: 'USD' },
  set: { by: BEN, at: '2026-11-26T14:20:07.310Z', reason: WHY },
  proposal: null,
};

export const BUDGET_PROPOSED: Example<BudgetResponse> = {
  ...BUDGET,
  limit: { amount: '10000.00', currency: 'USD' },
  source: 'every_month',
  left: { amount: '8159.50', currency: 'USD' },
  set: null,
  proposal: { limit: { amount: '25000.00', currency: 'USD' }, by: ANN, at: '2026-11-26T14:01:12.906Z', reason: WHY },
};

export const BUDGETS_PAGE: Example<BudgetListResponse> = {
  data: [BUDGET],
  next_cursor: 'WyIyMDI2LTExLTI2VDA4OjA2OjQ0LjYyMFoiLCI2Il0',
};

export const SET_BUDGET_EXAMPLES = {
  raise: {
    summary: 'More for one month',
    value: { limit: { amount: '25000.00', currency: 'USD' }, reason: WHY },
  },
};
