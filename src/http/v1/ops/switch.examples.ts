import type { Example } from '../../openapi/api-responses.decorator.js';
import type { SwitchListResponse, SwitchResponse } from './switch.response.js';

const ANN = { id: 'opr_01m8bvj603esqart4sjcfcrkn2', name: 'Ann' };
const BEN = { id: 'opr_01m8bvj61pesqart6sk7jk5gph', name: 'Ben' };

export const SWITCH_ON: Example<SwitchResponse> = {
  id: 'swi_01m8bvpbpkesqart9ys3nsh3r8',
  scope: { provider: 'cnaught', tenant_id: null, operation: 'purchases' },
  state: 'on',
  reason: 'CNaught is being moved to another account',
  owner: ANN,
  on_at: '2026-11-26T10:01:12.906Z',
  until: '2026-11-26T14:00:00.000Z',
  is_global: false,
  off_proposal: null,
  off: null,
};

export const SWITCH_OFF: Example<SwitchResponse> = {
  ...SWITCH_ON,
  state: 'off',
  off: { by: BEN, at: '2026-11-26T12:11:56.120Z', reason: 'The new account works' },
};

export const SWITCH_OFF_PROPOSED: Example<SwitchResponse> = {
  ...SWITCH_ON,
  id: 'swi_01m8bvpbpkesqarta0kvzm4bmh',
  scope: { provider: null, tenant_id: null, operation: 'all' },
  reason: 'Prices of all providers look wrong',
  is_global: true,
  off_proposal: { by: ANN, at: '2026-11-26T12:02:40.881Z', reason: 'The prices are right again' },
};

export const SWITCHES_PAGE: Example<SwitchListResponse> = {
  data: [SWITCH_OFF_PROPOSED, SWITCH_OFF],
  next_cursor: 'WyIyMDI2LTExLTI2VDA4OjA2OjQ0LjYyMFoiLCI2Il0',
};

export const TURN_ON_EXAMPLES = {
  provider: {
    summary: 'No purchases at one provider',
    value: {
      scope: { provider: 'cnaught', operation: 'purchases' },
      until: '2026-11-26T14:00:00Z',
      reason: 'CNaught is being moved to another account',
    },
  },
  tenant: {
    summary: 'Nothing of one tenant',
    value: {
      scope: { tenant_id: 'ten_01m8bvj5r7esqart4731rzbw58', operation: 'all' },
      until: '2026-11-26T14:00:00Z',
      reason: 'Its key may have been stolen',
    },
  },
};

export const TURN_OFF_EXAMPLES = {
  works: { summary: 'It works again', value: { reason: 'The new account works' } },
};
