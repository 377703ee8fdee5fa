import { ownField } from '../kit/decode.js';
import type { ErrorDialect } from '../kit/dialect.js';
import { CNAUGHT } from './cnaught.capabilities.js';

const textIn = (body: unknown, field: string): string | null => {
  const value = ownField(body, field);
  return typeof value === 'string' ? value : null;
};

/**
 * `application/problem+json`. Every field is optional, so its shape is known by a `type` or a `title`; titles are for
 * people and are never matched.
 */
const readProblem = (body: unknown): { code: string | null } | null => {
  const type = textIn(body, 'type');
  if (type === null && textIn(body, 'title') === null) return null;
  return { code: type?.split('/').at(-1) ?? null };
};

export const cnaughtDialect: ErrorDialect = {
  provider: CNAUGHT,
  read: readProblem,
  reasons: {
    'invalid-parameters': 'invalid_request',
    'invalid-pagination': 'invalid_request',
    'invalid-subaccount': 'not_permitted',
    'idempotency-key-too-long': 'invalid_request',
    forbidden: 'not_permitted',
  },
  contradictions: ['idempotency-changed-payload'],
};
