import type { Example } from '../../openapi/api-responses.decorator.js';
import type {
  ProbeResponse,
  ProviderDetailsResponse,
  ProviderStateListResponse,
  ProviderStateResponse,
} from './provider-state.response.js';

const RUNNING = { state: 'ok', failures: 0, why: null, since: null, probe_at: null } as const;
const PAUSED = {
  state: 'paused',
  why: 'unavailable',
  since: '2026-11-26T12:01:12.879Z',
  probe_at: '2026-11-26T12:01:27.879Z',
} as const;

const CNAUGHT: Example<ProviderStateResponse> = {
  id: 'cnaught',
  name: 'CNaught',
  purchases: PAUSED,
  quota: [{ limit: 'writes/1000', percent_left: 100, pace_percent: 100, blocked_until: null }],
  classes: [
    { class: 'purchases', ...PAUSED, failures: 5 },
    { class: 'status', ...RUNNING },
    { class: 'catalog', ...RUNNING },
  ],
};

export const PROVIDER_STATES: Example<ProviderStateListResponse> = { data: [CNAUGHT] };

export const PROVIDER_DETAILS: Example<ProviderDetailsResponse> = {
  ...CNAUGHT,
  failures: [{ operation: 'placeOrder', reason: 'timed_out', count: 5, last_at: '2026-11-26T12:01:12.879Z' }],
};

export const PROBE: Example<ProbeResponse> = {
  provider: 'cnaught',
  result: 'answered',
  reason: null,
  took_ms: 181,
  at: '2026-11-26T12:01:13.156Z',
};

export const PROBE_IN_VAIN: Example<ProbeResponse> = {
  ...PROBE,
  result: 'no_answer',
  reason: 'timed_out',
  took_ms: 10_004,
};
