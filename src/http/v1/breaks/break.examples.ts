import type { Example } from '../../openapi/api-responses.decorator.js';
import type { BreakResponse, ResolvedBreakResponse, WholeBreakResponse } from './break.response.js';

const ANN = { id: 'opr_01m8bvj603esqart4sjcfcrkn2', name: 'Ann' };
const ORDER = 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4';
const RUN = 'rec_01jd4v2m0gf5c8q7k3x9w1z2r4';

export const BREAK: Example<BreakResponse> = {
  id: 'brk_01jd4v2m0gf5c8q7k3x9w1z2r4',
  type: 'charge_for_unbought',
  severity: 'blocking',
  status: 'open',
  provider: 'cnaught',
  subject: ORDER,
  order_id: ORDER,
  statement_id: null,
  line: null,
  period: '2026-11',
  facts: [
    { field: 'charge', ours: null, theirs: '2.00', line: 'stm_01jd4v2m0gf5c8q7k3x9w1z2r4:2' },
    { field: 'status', ours: 'cancelled', theirs: null, line: null },
  ],
  assignee: null,
  waiting_until: null,
  resolution: null,
  linked_order_id: null,
  proposal: null,
  first_run: RUN,
  last_run: RUN,
  opened_at: '2026-12-02T08:00:07.412Z',
  ended_at: null,
};

const CLAIM = { rule: 'claim_refund', debit: 'refund_due', credit: 'clearing', asset: 'USD/6', amount: '2.00' };

export const WHOLE_BREAK: Example<WholeBreakResponse> = {
  ...BREAK,
  events: [
    {
      sequence: 1,
      act: 'opened',
      run_id: RUN,
      operator: null,
      note: null,
      resolution: null,
      at: '2026-12-02T08:00:07.412Z',
    },
  ],
  choices: [{ resolution: 'claim_refund', posts: [CLAIM] }],
  suggestions: [],
};

export const UNKNOWN_LINE: Example<WholeBreakResponse> = {
  ...WHOLE_BREAK,
  type: 'charge_unknown',
  subject: 'stm_01jd4v2m0gf5c8q7k3x9w1z2r4:3',
  order_id: null,
  statement_id: 'stm_01jd4v2m0gf5c8q7k3x9w1z2r4',
  line: 3,
  facts: [{ field: 'charge', ours: null, theirs: '7.00', line: 'stm_01jd4v2m0gf5c8q7k3x9w1z2r4:3' }],
  choices: [
    {
      resolution: 'link_line',
      posts: [{ rule: 'link_line', debit: 'clearing', credit: 'suspense', asset: 'USD/6', amount: '7.00' }],
    },
  ],
  suggestions: [{ order_id: ORDER, why: 'same_amount' }],
};

export const ASSIGNED: Example<BreakResponse> = { ...BREAK, assignee: ANN };

export const WAITING: Example<BreakResponse> = { ...BREAK, status: 'waiting', waiting_until: '2026-12-15' };

export const RESOLVED: Example<ResolvedBreakResponse> = {
  ...BREAK,
  status: 'resolved',
  resolution: 'claim_refund',
  ended_at: '2026-12-02T09:14:30.002Z',
  posted: [CLAIM],
};

export const PROPOSED_RESOLUTION: Example<ResolvedBreakResponse> = {
  ...BREAK,
  proposal: {
    resolution: 'claim_refund',
    note: 'CNaught ticket 4711',
    order_id: null,
    by: ANN,
    at: '2026-12-02T09:14:30.002Z',
  },
  posted: [{ ...CLAIM, amount: '120.00' }],
};

export const ASSIGN_EXAMPLES = {
  take: { summary: 'Somebody takes it', value: { operator_id: ANN.id } },
  back: { summary: 'Nobody has it', value: {} },
};

export const WAIT_EXAMPLES = {
  correction: {
    summary: 'The provider corrects it',
    value: { until: '2026-12-15', note: 'CNaught corrects its invoice, ticket 4711' },
  },
};

export const RESOLVE_EXAMPLES = {
  claim: { summary: 'It is claimed back', value: { resolution: 'claim_refund', note: 'CNaught ticket 4711' } },
  link: {
    summary: 'It is for an order',
    value: { resolution: 'link_line', note: 'Ordered by phone', order_id: ORDER },
  },
};

export const BULK_EXAMPLES = {
  fees: {
    summary: 'All fees of a month',
    value: { breaks: [BREAK.id], resolution: 'expense_line', note: 'Monthly fees of the platform' },
  },
};

export const PREVIEW_EXAMPLES = {
  fees: { summary: 'All fees of a month', value: { breaks: [BREAK.id], resolution: 'expense_line' } },
};
