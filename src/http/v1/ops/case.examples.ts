import type { Example } from '../../openapi/api-responses.decorator.js';
import { PLACED_ORDER } from '../orders/order.examples.js';
import type { OrderResponse } from '../orders/order.response.js';
import type { CaseTimelineResponse } from '../timeline/timeline.response.js';
import type { SlimOrderResponse } from './slim-order.response.js';
import type { CaseResponse, NoteResponse, SlimOrderListResponse } from './case.response.js';

export const SLIM_ORDER: Example<SlimOrderResponse> = {
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
