import { ownField } from '../kit/decode.js';
import type { ErrorDialect } from '../kit/dialect.js';
import { CARBONMARK } from './carbonmark.capabilities.js';

/**
 * Assumed: the Checkout Service's errors are not public. These are the shapes of the main API (`{error}` and
 * `{message,statusCode,error}`) and of the service's predecessor (`{name,message}`). Alone, `error` is a sentence for
 * people; beside a message it names the kind.
 */
const readError = (body: unknown): { code: string | null } | null => {
  const [name, message, error] = ['name', 'message', 'error'].map((field) => ownField(body, field));
  if (typeof message !== 'string') return typeof error === 'string' ? { code: null } : null;
  const kind = name ?? error;
  return { code: typeof kind === 'string' ? kind : null };
};

export const carbonmarkDialect: ErrorDialect = {
  provider: CARBONMARK,
  read: readError,
  reasons: {
    // Assumed for a listing that has sold out in the meantime.
    'Unprocessable Entity': 'insufficient_supply',
  },
  contradictions: [],
};
