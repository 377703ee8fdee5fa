import type { Example } from '../../openapi/api-responses.decorator.js';
import type {
  DryRunResponse,
  OrderResolutionsResponse,
  ResolutionListResponse,
  ResolutionResponse,
} from './resolution.response.js';

const ANN = {
  id: 'opr_01m8bvj603esqart4sjcfcrkn2',
  name: 'Ann',
};

const FINDINGS = [
  {
    check: 'not_applicable',
    wants: 'the order was bought, and the provider has it no more',
    ok: true,
  },
  {
    check: 'other_account',
    wants: 'what was sent went to the account that this gateway calls',
    ok: true,
  },
  {
    check: 'provider_unavailable',
    wants: 'the provider responds',
    ok: true,
  },
  {
    check: 'not_readable',
    wants: 'its response can be understood',
    ok: true,
  },
  {
    check: 'retired_at_provider',
    wants: 'nothing of it is retired',
    ok: true,
  },
  {
    check: 'still_at_provider',
    wants: 'the provider still knows no such order',
    ok: true,
  },
  {
    check: 'statement_required',
    wants: 'the provider has stated it',
    ok: true,
  },
] satisfies ResolutionResponse['findings'];

/** A decision that takes two people. */
export const DRY_RUN: Example<DryRunResponse> = {
  allowed: true,
  steps: 2,
  refused: null,
  findings: FINDINGS,
};

/** Waits for a second person. */
export const PROPOSED: Example<ResolutionResponse> = {
  id: 'res_01m8bvpbxhesqarte21fcnc86h',
  order_id: 'ord_01m8bvpbgresqart9ys3nsh3r8',
  decision: 'end_undone',
  state: 'proposed',
  steps: 2,
  evidence: {
    provider_order_id: null,
    cancelled: [],
    refunded: [],
    kept: [],
    statement: {
      from: 'support@onetribe.example',
      received_at: '2026-11-26T11:30:00.000Z',
      quote: 'Transaction removed by mistake; nothing was retired.',
      ticket: '4711',
      file_sha256: null,
    },
  },
  reason: 'One Tribe removed it and retired nothing (ticket 4711).',
  findings: FINDINGS,
  proposed_by: ANN,
  proposed_at: '2026-11-26T12:01:13.146Z',
  expires_at: '2026-11-27T12:01:13.146Z',
  decided_by: null,
  decided_at: null,
  decided_note: null,
  decided_findings: [],
  refusal: null,
};

/** A cancellation that takes a second person. */
export const PROPOSED_CANCELLATION: Example<ResolutionResponse> = {
  ...PROPOSED,
  decision: 'cancel',
  evidence: { provider_order_id: null, cancelled: [], refunded: [], kept: [], statement: null },
  reason: 'The tenant has ordered it twice (ticket 4711).',
  findings: [
    { check: 'not_cancellable', wants: 'the order can still be cancelled', ok: true },
    { check: 'attempt_running', wants: 'no process is at the order', ok: true },
  ],
};

export const APPLIED: Example<ResolutionResponse> = {
  ...PROPOSED,
  state: 'applied',
  decided_by: {
    id: 'opr_01m8bvj603esqart5jy4aqg7n3',
    name: 'Ben',
  },
  decided_at: '2026-11-26T12:01:13.300Z',
  decided_note: 'Read the statement; agreed.',
  decided_findings: FINDINGS,
};

export const REJECTED: Example<ResolutionResponse> = {
  ...PROPOSED,
  state: 'rejected',
  decided_by: {
    id: 'opr_01m8bvj603esqart5jy4aqg7n3',
    name: 'Ben',
  },
  decided_at: '2026-11-26T12:01:13.096Z',
  decided_note: 'The statement does not name the transaction.',
};

export const WITHDRAWN: Example<ResolutionResponse> = {
  ...PROPOSED,
  state: 'withdrawn',
  decided_by: ANN,
  decided_at: '2026-11-26T12:01:13.037Z',
  decided_note: 'Wrong ticket.',
};

export const RESOLUTIONS_PAGE: Example<ResolutionListResponse> = {
  data: [PROPOSED],
  next_cursor: 'WyIyMDI2LTExLTI2VDA4OjA2OjQ0LjYyMFoiLCI2Il0',
};

export const CHOICES: Example<OrderResolutionsResponse> = {
  version: 5,
  choices: [
    {
      decision: 'adopt_purchase',
      means: 'a purchase found at the provider is this order’s',
      evidence: ['provider_order_id'],
      refused: {
        code: 'not_applicable',
        until: null,
      },
    },
    {
      decision: 'end_undone',
      means: 'the provider has it no more and has retired nothing: the order is cancelled',
      evidence: ['statement'],
      refused: null,
    },
  ],
  history: [PROPOSED],
};
