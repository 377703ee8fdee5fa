import type { Example } from '../../openapi/api-responses.decorator.js';
import type {
  AdmissionListResponse,
  AdmissionResponse,
  KeyListResponse,
  KeyResponse,
  ListedOperatorResponse,
  NewAdmissionResponse,
  OperatorListResponse,
  SessionListResponse,
  TenantListResponse,
  TenantResponse,
} from './access.response.js';

const ANN = { id: 'opr_01m8bvj603esqart5jy4aqg7n3', name: 'Ann Lee' };
const BEN = { id: 'opr_01m8bvj6a3esqart5k20k7y7gx', name: 'Ben Okafor' };

export const TENANT: Example<TenantResponse> = {
  id: 'ten_01m8bvh2kgesqartf20k7y7gxj',
  name: 'Example Shop',
  provider_accounts: { cnaught: 'subaccount-4711' },
  created_at: '2026-11-26T11:58:20.113Z',
  revoked_at: null,
};

export const TENANTS_PAGE: Example<TenantListResponse> = {
  data: [TENANT],
  next_cursor: 'WyJ0ZW5fMDFtOGJ2aDJrZ2VzcWFydGYyMGs3eTdneGoiXQ',
};

export const KEY: Example<KeyResponse> = {
  id: '5d9f1c2b3a4e6f70',
  tenant: { id: TENANT.id, name: TENANT.name },
  name: 'Web shop',
  scopes: ['orders:write', 'orders:read'],
  operator: null,
  created_at: '2026-11-26T11:59:02.480Z',
  expires_at: '2027-11-26T00:00:00.000Z',
  revoked_at: null,
  last_used_at: '2026-11-26T12:04:00.000Z',
};

export const REVOKED_KEY: Example<KeyResponse> = { ...KEY, revoked_at: '2026-11-26T12:10:41.902Z' };

export const KEYS_PAGE: Example<KeyListResponse> = {
  data: [KEY],
  next_cursor: 'WyIyMDI2LTExLTI2VDExOjU5OjAyLjQ4MFoiLCI1ZDlmMWMyYjNhNGU2ZjcwIl0',
};

const OPERATOR: Example<ListedOperatorResponse> = {
  ...BEN,
  role: 'approver',
  email: 'ben@example.com',
  issuer: 'https://login.example.com',
  created_at: '2026-11-26T11:40:00.007Z',
  disabled_at: null,
  last_seen_at: '2026-11-26T12:03:11.620Z',
};

export const DISABLED_OPERATOR: Example<ListedOperatorResponse> = {
  ...OPERATOR,
  disabled_at: '2026-11-26T12:11:30.050Z',
};

export const OPERATORS_PAGE: Example<OperatorListResponse> = {
  data: [OPERATOR],
  next_cursor: 'WyJvcHJfMDFtOGJ2ajZhM2VzcWFydDVrMjBrN3k3Z3giXQ',
};

export const SESSIONS_PAGE: Example<SessionListResponse> = {
  data: [
    {
      id: 'ses_01m8bvk1c3esqart6a9d2n4h8w',
      operator: { ...ANN, role: 'admin' },
      key_id: '4d25f2cc846d5917',
      created_at: '2026-11-26T12:00:12.200Z',
      last_seen_at: '2026-11-26T12:03:40.000Z',
      expires_at: '2026-11-26T20:00:12.200Z',
    },
  ],
  next_cursor: 'WyJzZXNfMDFtOGJ2azFjM2VzcWFydDZhOWQybjRoOHciXQ',
};

export const ASKED_OPERATOR: Example<AdmissionResponse> = {
  id: 'adm_01m8bvm7d3esqart7b3e4p5j9x',
  kind: 'operator',
  state: 'proposed',
  name: 'Cem Aydın',
  key_id: '7e3a90bd11c2f486',
  tenant_id: null,
  scopes: [],
  key_expires_at: null,
  operator_id: 'opr_01m8bvm7cqesqart70qk8s1v2y',
  email: 'cem@example.com',
  role: 'operator',
  proposed_by: ANN,
  proposed_at: '2026-11-26T12:05:00.310Z',
  expires_at: '2026-11-27T12:05:00.310Z',
  decided_by: null,
  decided_at: null,
};

const ASKED_KEY: Example<AdmissionResponse> = {
  ...ASKED_OPERATOR,
  id: 'adm_01m8bvn3e3esqart8c4f5q6k0z',
  kind: 'key',
  name: 'Monitoring',
  key_id: '9c81d7f02b6e4a35',
  tenant_id: TENANT.id,
  scopes: ['ops'],
  operator_id: null,
  email: null,
  role: null,
};

const SECRET = 'ofg_live_9c81d7f02b6e4a35_Acr1HMNogDV5fNVV9JKqOzztTDbrxT6D9uBKKFUlucr000000';

export const NEW_OPERATOR: Example<NewAdmissionResponse> = { ...ASKED_OPERATOR, secret: SECRET };
export const NEW_OPS_KEY: Example<NewAdmissionResponse> = { ...ASKED_KEY, secret: SECRET };
export const NEW_KEY: Example<NewAdmissionResponse> = {
  ...ASKED_KEY,
  state: 'admitted',
  name: KEY.name,
  scopes: KEY.scopes,
  key_expires_at: KEY.expires_at,
  expires_at: null,
  secret: SECRET,
};

export const ADMITTED: Example<AdmissionResponse> = {
  ...ASKED_OPERATOR,
  state: 'admitted',
  decided_by: BEN,
  decided_at: '2026-11-26T12:20:15.871Z',
};
export const REJECTED_ADMISSION: Example<AdmissionResponse> = { ...ADMITTED, state: 'rejected' };

export const ADMISSIONS_PAGE: Example<AdmissionListResponse> = {
  data: [ASKED_OPERATOR, ASKED_KEY],
  next_cursor: 'WyJhZG1fMDFtOGJ2bjNlM2VzcWFydDhjNGY1cTZrMHoiXQ',
};

export const CREATE_TENANT_EXAMPLES = {
  plain: { summary: 'A tenant', value: { name: 'Example Shop' } },
  account: {
    summary: 'With a subaccount of its own',
    value: { name: 'Example Shop', provider_accounts: { cnaught: 'subaccount-4711' } },
  },
};

export const CREATE_KEY_EXAMPLES = {
  buyer: {
    summary: 'For a shop',
    value: {
      tenant_id: TENANT.id,
      name: 'Web shop',
      scopes: ['orders:write', 'orders:read'],
      expires_at: '2027-11-26T00:00:00Z',
    },
  },
  ops: {
    summary: 'For a machine that watches; a second admin has to approve it',
    value: { tenant_id: TENANT.id, name: 'Monitoring', scopes: ['ops'] },
  },
};

export const CREATE_OPERATOR_EXAMPLES = {
  person: { summary: 'A person', value: { name: 'Cem Aydın', email: 'cem@example.com', role: 'operator' } },
};
