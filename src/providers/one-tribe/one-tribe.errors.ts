import { ownField } from '../kit/decode.js';
import type { ErrorDialect } from '../kit/dialect.js';
import { ONE_TRIBE } from './one-tribe.capabilities.js';

/** `{"error":{"code","message"}}`: documented for 429, assumed for the others. */
const readError = (body: unknown): { code: string | null } | null => {
  const code = ownField(ownField(body, 'error'), 'code');
  return typeof code === 'string' ? { code } : null;
};

export const oneTribeDialect: ErrorDialect = {
  provider: ONE_TRIBE,
  read: readError,
  reasons: {
    BadRequest: 'invalid_request',
    Unauthorized: 'credentials',
    // Documented as a well-formed but invalid or revoked key, and as missing permission of the account.
    Forbidden: 'credentials',
    TooManyRequests: 'rate_limited',
  },
  contradictions: [],
};
