import type { Example } from '../../openapi/api-responses.decorator.js';
import type { ActListResponse, VerifiedAuditResponse } from './audit.response.js';

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
