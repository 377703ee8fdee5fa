import type { Example } from '../../openapi/api-responses.decorator.js';
import type { AttentionListResponse } from './attention.response.js';
import { SWITCH_ON } from './switch.examples.js';
import type { SummaryResponse } from './summary.response.js';
import { SLIM_ORDER } from './case.examples.js';

export const SUMMARY: Example<SummaryResponse> = {
  as_of: '2026-11-26T12:01:13.156Z',
  attention: [
    {
      reason: 'vanished',
      count: 1,
      capped: false,
      oldest_at: '2026-11-26T12:01:12.879Z',
    },
  ],
  open_orders: [
    {
      provider: 'one_tribe',
      status: 'placed',
      count: 1,
      capped: false,
    },
  ],
  providers: [
    {
      id: 'cnaught',
      purchases: {
        state: 'ok',
        why: null,
        since: null,
        probe_at: null,
      },
      quota: [
        {
          limit: 'reads/1000',
          percent_left: 100,
          pace_percent: 100,
          blocked_until: null,
        },
        {
          limit: 'writes/1000',
          percent_left: 100,
          pace_percent: 100,
          blocked_until: null,
        },
      ],
    },
  ],
  switches: [SWITCH_ON],
  proposals_open: {
    count: 1,
    capped: false,
  },
  tasks: {
    due: {
      count: 0,
      capped: false,
    },
    overdue: {
      count: 0,
      capped: false,
    },
  },
  deliveries: {
    failing: {
      count: 0,
      capped: false,
    },
    dead: {
      count: 0,
      capped: false,
    },
  },
  budgets_over: {
    count: 0,
    capped: false,
  },
  breaks_open: {
    count: 2,
    capped: false,
  },
};

export const ATTENTION_PAGE: Example<AttentionListResponse> = {
  data: [
    {
      order: SLIM_ORDER,
      reason: 'vanished',
      since: '2026-11-26T12:01:12.879Z',
      severity: 10,
      owner: {
        id: 'opr_01m8bvj603esqart4sjcfcrkn2',
        name: 'Ann',
      },
      proposal_id: 'res_01m8bvpbxhesqarte21fcnc86h',
      next_try_at: '2026-11-26T12:01:13.829Z',
    },
  ],
  next_cursor: 'WyIyMDI2LTExLTI2VDA4OjA2OjQ0LjYyMFoiLCI2Il0',
};
