import type { Example } from '../../openapi/api-responses.decorator.js';
import { PLACED_ORDER } from '../orders/order.examples.js';
import type { OrderResponse } from '../orders/order.response.js';
import type { CaseTimelineResponse } from '../timeline/timeline.response.js';
import type { AttentionListResponse } from './attention.response.js';
import type { ActListResponse, VerifiedAuditResponse } from './audit.response.js';
import type { CaseResponse, NoteResponse, SlimOrderListResponse } from './case.response.js';
import type {
  DryRunResponse,
  OrderResolutionsResponse,
  ResolutionListResponse,
  ResolutionResponse,
} from './resolution.response.js';
import type { SessionResponse } from './session.response.js';
import type { SlimOrderResponse } from './slim-order.response.js';
import { SWITCH_ON } from './switch.examples.js';
import type { SummaryResponse } from './summary.response.js';

const ANN = {
  id: 'opr_01m8bvj603esqart4sjcfcrkn2',
  name: 'Ann',
};

export const SESSION: Example<SessionResponse> = {
  operator: {
    id: 'opr_01m8bvj603esqart4sjcfcrkn2',
    name: 'Ann',
    role: 'approver',
  },
  scopes: ['ops', 'orders:read', 'events:read', 'ops:act', 'ops:approve'],
  expires_at: '2026-11-26T20:01:12.906Z',
};

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
};

const SLIM_ORDER: Example<SlimOrderResponse> = {
  id: 'ord_01m8bvpbgresqart9ys3nsh3r8',
  tenant_id: 'ten_01m8bvj5r7esqart4731rzbw58',
  status: 'placed',
  status_reason: null,
  provider: 'one_tribe',
  provider_order_id: 'tx-XHJwfQfHeUtS',
  payment_method: 'account',
  ordered_mass: {
    value: '3',
    unit: 't',
    grams: 3000000,
  },
  total: {
    amount: '64.80',
    currency: 'GBP',
  },
  reference: 'PO-4712',
  review_reason: 'vanished',
  created_at: '2026-11-26T12:01:12.729Z',
  updated_at: '2026-11-26T12:01:12.879Z',
  version: 5,
};

export const SLIM_ORDERS: Example<SlimOrderListResponse> = {
  data: [SLIM_ORDER],
  next_cursor: 'WyIyMDI2LTExLTI2VDA4OjA2OjQ0LjYyMFoiLCI2Il0',
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

export const NOTE: Example<NoteResponse> = {
  id: 'not_01m8bvpbpkesqartbzgqz6vnkp',
  at: '2026-11-26T12:01:12.916Z',
  operator: 'Ann',
  text: 'Asked One Tribe what became of it (ticket 4711).',
};

/** Bought, and gone from the provider's list: a person has to find out. */
const CASE_ORDER: Example<OrderResponse> = {
  ...PLACED_ORDER,
  id: 'ord_01m8bvpbgresqart9ys3nsh3r8',
  tenant_id: 'ten_01m8bvj5r7esqart4731rzbw58',
  provider: 'one_tribe',
  provider_order_id: 'tx-XHJwfQfHeUtS',
  provider_status: 'ordered',
  requested_mass: {
    value: '3',
    unit: 't',
    grams: 3000000,
  },
  ordered_mass: {
    value: '3',
    unit: 't',
    grams: 3000000,
  },
  offering: {
    id: 'offering_2s0w7m7xj0h1tbnf09m3wrwe3d',
    name: 'High Moor Peatland',
  },
  price: {
    total: {
      amount: '64.80',
      currency: 'GBP',
    },
    tax: {
      amount: '10.80',
      currency: 'GBP',
    },
    source: 'computed',
  },
  reference: 'PO-4712',
  cancellation: {
    possible: true,
    until: null,
    refundable: null,
  },
  review: {
    reason: 'vanished',
    since: '2026-11-26T12:01:12.879Z',
  },
  created_at: '2026-11-26T12:01:12.729Z',
  updated_at: '2026-11-26T12:01:12.879Z',
  placed_at: '2026-11-26T12:01:12.828Z',
  version: 5,
};

export const CASE: Example<CaseResponse> = {
  order: CASE_ORDER,
  tenant: {
    id: 'ten_01m8bvj5r7esqart4731rzbw58',
    name: 'Demo',
  },
  owner: {
    id: 'opr_01m8bvj603esqart4sjcfcrkn2',
    name: 'Ann',
    since: '2026-11-26T12:01:12.929Z',
  },
  task: {
    kind: 'follow',
    run_at: '2026-11-26T12:01:13.829Z',
    leased_until: null,
    held_by: null,
  },
  attempts: [
    {
      operation: 'placeOrder',
      number: 1,
      generation: 1,
      started_at: '2026-11-26T12:01:12.768Z',
      send_deadline_at: '2026-11-26T12:01:52.768Z',
      outcome: 'accepted',
      reason: null,
      upstream_status: null,
      upstream_code: null,
      recorded_at: '2026-11-26T12:01:12.828Z',
    },
  ],
  sessions: [],
  claims: [],
  notes: [NOTE],
  proposal_id: null,
  acts: [
    { act: 'refresh', allowed: true, why_not: null },
    { act: 'resolve', allowed: true, why_not: null },
    { act: 'cancel', allowed: true, why_not: null },
    { act: 'note', allowed: true, why_not: null },
    { act: 'claim', allowed: false, why_not: 'You have it in hand.' },
    { act: 'release', allowed: true, why_not: null },
  ],
  provider_links: [],
  differences: [],
};

/** The same, cancelled by a person. */
export const CANCELLED_CASE: Example<CaseResponse> = {
  ...CASE,
  order: {
    ...CASE_ORDER,
    status: 'cancelled',
    status_reason: null,
    provider_status: 'deleted',
    cancellation: { possible: false, until: null, refundable: null },
    review: null,
    version: 7,
  },
  task: null,
  acts: [
    { act: 'refresh', allowed: false, why_not: 'The order has ended, and its provider is not read any more.' },
    {
      act: 'resolve',
      allowed: false,
      why_not:
        'Nothing can be decided now: the decision is not for an order in this status, or under review for this reason.',
    },
    { act: 'cancel', allowed: false, why_not: 'The order cannot be cancelled: it is cancelled already.' },
    { act: 'note', allowed: true, why_not: null },
    { act: 'claim', allowed: false, why_not: 'You have it in hand.' },
    { act: 'release', allowed: true, why_not: null },
  ],
};

export const CASE_TIMELINE: Example<CaseTimelineResponse> = {
  data: [
    {
      id: 'evt_01m8bvpbgresqarta0kvzm4bmh',
      at: '2026-11-26T12:01:12.729Z',
      kind: 'order.created',
      title: 'The order was accepted: 3 t at One Tribe, on account',
      source: 'request',
      operator: null,
      evidence: {
        to_status: 'created',
      },
      masked: false,
    },
    {
      id: 'evt_01m8bvpbhyesqartae2t1vem1y',
      at: '2026-11-26T12:01:12.768Z',
      kind: 'order.quoted',
      title: 'One Tribe was asked for the price: 64.80 GBP',
      source: 'response',
      operator: null,
      evidence: {
        price: {
          amount: '64.80',
          tax: '10.80',
          currency: 'GBP',
          source: 'computed',
        },
      },
      masked: false,
    },
    {
      id: 'evt_01m8bvpbhyesqartahkvjgcpck',
      at: '2026-11-26T12:01:12.768Z',
      kind: 'order.submitting',
      title: 'The order goes out to One Tribe (attempt 1)',
      source: 'request',
      operator: null,
      evidence: {
        attempt: 1,
        generation: 1,
        from_status: 'created',
        to_status: 'submitting',
      },
      masked: false,
    },
    {
      id: 'placeOrder_1',
      at: '2026-11-26T12:01:12.768Z',
      kind: 'send.started',
      title: 'One Tribe was asked to place the order (attempt 1)',
      source: 'gateway',
      operator: null,
      evidence: {
        operation: 'placeOrder',
        attempt: 1,
        generation: 1,
        host: '127.0.0.1',
      },
      masked: true,
    },
    {
      id: 'placeOrder_1_ended',
      at: '2026-11-26T12:01:12.828Z',
      kind: 'send.ended',
      title: 'One Tribe took the order (attempt 1)',
      source: 'gateway',
      operator: null,
      evidence: {
        operation: 'placeOrder',
        attempt: 1,
        outcome: 'accepted',
        duration_ms: 60,
      },
      masked: false,
    },
    {
      id: 'evt_01m8bvpbkvesqartat6yc4xes7',
      at: '2026-11-26T12:01:12.828Z',
      kind: 'order.placed',
      title: 'One Tribe has the order (tx-XHJwfQfHeUtS)',
      source: 'response',
      operator: null,
      evidence: {
        from_status: 'submitting',
        to_status: 'placed',
        provider_status: 'ordered',
        provider_order_id: 'tx-XHJwfQfHeUtS',
        grams: 3000000,
      },
      masked: false,
    },
    {
      id: 'evt_01m8bvpbneesqartb1x58bybqd',
      at: '2026-11-26T12:01:12.879Z',
      kind: 'order.review_flagged',
      title: 'A person must look: the provider no longer knows the order, and this gateway did not cancel it',
      source: 'poll',
      operator: null,
      evidence: {
        reason: 'vanished',
      },
      masked: false,
    },
    {
      id: 'not_01m8bvpbpkesqartbzgqz6vnkp',
      at: '2026-11-26T12:01:12.916Z',
      kind: 'note.taken',
      title: 'A note was taken: Asked One Tribe what became of it (ticket 4711). (by decision of a person)',
      source: 'operator',
      operator: 'Ann',
      evidence: {
        note: 'Asked One Tribe what became of it (ticket 4711).',
      },
      masked: false,
    },
    {
      id: 'aud_01m8bvpbpkesqartc5jeenspp9',
      at: '2026-11-26T12:01:12.916Z',
      kind: 'act.recorded',
      title: 'order.note was decided (by decision of a person)',
      source: 'operator',
      operator: 'Ann',
      evidence: {
        act: 'order.note',
        act_outcome: 'applied',
      },
      masked: false,
    },
  ],
  next_cursor: 'WyIyMDI2LTExLTI2VDA4OjA2OjQ0LjYyMFoiLCI2Il0',
};

/** What the gateway found, before the decision and again before its approval. */
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

export const ACTS_PAGE: Example<ActListResponse> = {
  data: [
    {
      number: 19,
      id: 'aud_01m8bvpc2kesqartf20k7y7gxj',
      at: '2026-11-26T12:01:13.303Z',
      operator_id: 'opr_01m8bvj603esqart5jy4aqg7n3',
      operator_name: 'Ben',
      session_id: null,
      operator: null,
      key_id: '4d25f2cc846d5917',
      request_id: '2daf3d4f-c1aa-4edc-9cb3-ce5a0b8568a9',
      act: 'resolution.approve',
      subject: 'ord_01m8bvpbgresqart9ys3nsh3r8',
      before: '{"review": "vanished", "status": "placed"}',
      after:
        '{"review": null, "status": "cancelled", "decision": "end_undone", "resolution": "res_01m8bvpbxhesqarte21fcnc86h"}',
      reason: null,
      outcome: 'applied',
      problem_code: null,
      hash: '225c28594d07416cfde23086346def54135cd3d35bc538587d7117cfde4291df',
    },
  ],
  next_cursor: 'WyIxOCJd',
};

export const VERIFIED_AUDIT: Example<VerifiedAuditResponse> = {
  intact: true,
  rows: 19,
  up_to: '2026-11-26T12:01:13.303Z',
  head: '225c28594d07416cfde23086346def54135cd3d35bc538587d7117cfde4291df',
  broken_at: null,
};
