import type { Example } from '../../openapi/api-responses.decorator.js';
import type { SessionResponse } from './session.response.js';

export const SESSION: Example<SessionResponse> = {
  operator: {
    id: 'opr_01m8bvj603esqart4sjcfcrkn2',
    name: 'Ann',
    role: 'approver',
  },
  scopes: ['ops', 'orders:read', 'events:read', 'ops:act', 'ops:approve'],
  expires_at: '2026-11-26T20:01:12.906Z',
};
