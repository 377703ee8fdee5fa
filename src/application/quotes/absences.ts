import { AppError } from '../../domain/errors.js';
import type { PaymentMethod } from '../../domain/providers/capabilities.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import type { FailureReason } from '../../domain/providers/provider-error.js';
import { isAbsenceCode, type Absence, type AbsenceCode } from '../../domain/quotes/absence.js';
import { failureOf } from '../providers/failure-of.js';

type Named = Pick<OffsetProvider, 'id' | 'displayName'>;

const ABSENCE_OF = {
  timed_out: 'timed_out',
  insufficient_supply: 'no_supply',
  mass_not_orderable: 'mass_not_orderable',
  offering_not_found: 'offering_not_found',
  invalid_request: 'provider_rejected',
  not_permitted: 'provider_rejected',
  rejected: 'provider_rejected',
  credentials: 'provider_paused',
  insufficient_credit: 'provider_paused',
  order_not_found: 'provider_unavailable',
  rate_limited: 'provider_unavailable',
  unavailable: 'provider_unavailable',
  other_account: 'provider_unavailable',
  unreadable_answer: 'provider_unavailable',
  answer_disagrees: 'provider_unavailable',
} as const satisfies Record<FailureReason, AbsenceCode>;

/** It named no price in `waitMs`. */
export const timedOut = ({ id, displayName }: Named, paymentMethod: PaymentMethod, waitMs: number): Absence => ({
  provider: id,
  paymentMethod,
  code: 'timed_out',
  detail: `${displayName} named no price within ${waitMs / 1000} s.`,
  nearest: null,
  numbers: { waitedSeconds: waitMs / 1000 },
});

export const notEnabled = (id: string): Absence => ({
  provider: id,
  paymentMethod: null,
  code: 'provider_not_enabled',
  detail: `${id} is not enabled here; see GET /v1/providers.`,
  nearest: null,
  numbers: {},
});

/** It was named, and so was an offering of another. */
export const notItsOffering = ({ id, displayName }: Named, seller: Named): Absence => ({
  provider: id,
  paymentMethod: null,
  code: 'offering_not_found',
  detail: `${displayName} does not sell this offering; ${seller.displayName} does.`,
  nearest: null,
  numbers: {},
});

/** What kept the provider from an offer. What is no reason of that kind is thrown on. */
export const absenceOf = (
  provider: OffsetProvider,
  paymentMethod: PaymentMethod,
  thrown: unknown,
  waitMs: number,
): Absence => {
  const line = { provider: provider.id, paymentMethod };
  if (thrown instanceof AppError) {
    const { code, message: detail, context } = thrown;
    if (!isAbsenceCode(code)) throw thrown;
    return { ...line, code, detail, nearest: context.nearest ?? null, numbers: context.numbers ?? {} };
  }
  const error = failureOf(provider, thrown, 'quote');
  const code = ABSENCE_OF[error.reason];
  if (code === 'timed_out') return timedOut(provider, paymentMethod, waitMs);
  const { retryAfterMs } = error.at;
  const numbers = retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) };
  return { ...line, code, detail: `${provider.displayName}: ${error.explanation}`, nearest: null, numbers };
};
