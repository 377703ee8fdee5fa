import type { Example } from '../../openapi/api-responses.decorator.js';
import type { RunFindingResponse, ReconciliationResponse } from './run.response.js';

export const RUN_STARTED: Example<ReconciliationResponse> = {
  id: 'rec_01jd4v2m0gf5c8q7k3x9w1z2r4',
  provider: 'cnaught',
  account: null,
  period: '2026-11',
  cut_off: '2026-12-01T00:00:00.000Z',
  dry_run: false,
  status: 'collecting',
  failure: null,
  progress: null,
  legs: null,
  counts: null,
  input_hash: null,
  result_hash: null,
  same_as: null,
  started_at: '2026-12-02T08:00:00.000Z',
  ended_at: null,
  pruned_at: null,
};

export const RUN_COMPLETED: Example<ReconciliationResponse> = {
  ...RUN_STARTED,
  status: 'completed',
  progress: { pages: 3, rows: 120 },
  legs: {
    orders: { count: 120, grams: '12000000' },
    provider: { coverage: 'complete', rows: 120, unread: 0 },
    statements: { ids: ['stm_01jd4v2m0gf5c8q7k3x9w1z2r4'], lines: 118 },
  },
  counts: {
    agreed: 115,
    timing: 2,
    by_rule: 1,
    breaks: 2,
    types: { not_invoiced: '2', difference_tolerated: '1', charge_for_unbought: '2' },
  },
  input_hash: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  result_hash: 'sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752',
  ended_at: '2026-12-02T08:00:07.412Z',
};

export const FINDING: Example<RunFindingResponse> = {
  type: 'charge_for_unbought',
  severity: 'blocking',
  subject: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4',
  order_id: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4',
  break_id: 'brk_01jd4v2m0gf5c8q7k3x9w1z2r4',
  facts: [
    { field: 'charge', ours: null, theirs: '2.00', line: 'stm_01jd4v2m0gf5c8q7k3x9w1z2r4:2' },
    { field: 'status', ours: 'cancelled', theirs: null, line: null },
  ],
};

export const START_RUN_EXAMPLES = {
  month: { summary: 'A month', value: { provider: 'cnaught', period: '2026-11' } },
  tried: {
    summary: 'Only find, up to a time',
    value: { provider: 'cnaught', period: '2026-11', cut_off: '2026-11-15T00:00:00Z', dry_run: true },
  },
};
