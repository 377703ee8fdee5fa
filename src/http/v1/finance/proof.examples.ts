import type { Example } from '../../openapi/api-responses.decorator.js';
import type { ProofListResponse, ProofResponse } from './proof.response.js';

const SERIAL = '5212-101-102-VCS-VCU-003-VER-US-14-1748-01012020-31122020-1';
const DOCUMENT = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

const ENTERED_FROM = {
  registry: 'Verra',
  serial: SERIAL,
  mass: { value: '2', unit: 't' },
  beneficiary: 'Jane Smith',
  project: 'High Moor Peatland',
  document_sha256: DOCUMENT,
};

export const ENTER_PROOF_EXAMPLES = {
  serials: { summary: 'A certificate with serial numbers', value: ENTERED_FROM },
  certificate: {
    summary: 'One without, for several orders',
    value: {
      ...ENTERED_FROM,
      registry: 'Peatland Code',
      serial: 'PC-2026-00417',
      whole_mass: { value: '12', unit: 't' },
    },
  },
};

export const ENTERED_PROOF: Example<ProofResponse> = {
  id: 'prf_01m8c3d1f4fwh9xk4r0gq6e7aa',
  order_id: 'ord_01m8bq5vg8fvg8x6ezhdxz8fdf',
  source: 'person',
  outcome: 'claimed',
  registry: 'verra',
  serial: SERIAL,
  registry_project_id: '1748',
  mass: { value: '2', unit: 't', grams: 2_000_000 },
  left: null,
  disagreeing: [],
  document_sha256: DOCUMENT,
  entered_by: 'Ann',
  at: '2026-11-26T14:11:03.412Z',
  released_at: null,
};

const OVERCLAIMED: Example<ProofResponse> = {
  ...ENTERED_PROOF,
  id: 'prf_01m8c3d1f4fwh9xk4r0gq6e7bb',
  order_id: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4',
  source: 'provider',
  outcome: 'serial_overclaimed',
  mass: { value: '1', unit: 't', grams: 1_000_000 },
  document_sha256: null,
  entered_by: null,
};

export const PROOFS_PAGE: Example<ProofListResponse> = {
  data: [OVERCLAIMED, ENTERED_PROOF],
  next_cursor: 'WyJwcmZfMDFtOGMzZDFmNGZ3aDl4azRyMGdxNmU3YWEiXQ',
};

export const RELEASED_PROOF: Example<ProofResponse> = { ...ENTERED_PROOF, released_at: '2026-11-26T15:02:40.120Z' };

export const RELEASE_EXAMPLES = {
  corrected: {
    summary: 'The serial numbers were others',
    value: { reason: 'The registry has corrected the serial numbers of this order (ticket 4711).' },
  },
};
