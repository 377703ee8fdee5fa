import { AppError } from '../../domain/errors.js';
import type { PaymentMethod } from '../../domain/providers/capabilities.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ABSENCE_OF, isAbsenceCode, type Absence } from '../../domain/quotes/absence.js';
import { failureOf } from '../providers/failure-of.js';

type Named = Pick<OffsetProvider, 'id' | 'displayName'>;

/** It named no price in this time. */
export const timedOut = ({ id, displayName }: Named, paymentMethod: PaymentMethod, waitedMs: number): Absence => {
  const waitedSeconds = Math.ceil(waitedMs / 1000);
  const detail = `${displayName} named no price within ${waitedSeconds} s.`;
  return { provider: id, paymentMethod, code: 'timed_out', detail, nearest: null, numbers: { waitedSeconds } };
};

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

/** What kept the provider from an offer, after `waitedMs`. What is no reason of that kind is thrown on. */
export const absenceOf = (
  provider: OffsetProvider,
  paymentMethod: PaymentMethod,
  thrown: unknown,
  waitedMs: number,
): Absence => {
  const line = { provider: provider.id, paymentMethod };
  if (thrown instanceof AppError) {
    const { code, message: detail, context } = thrown;
    if (!isAbsenceCode(code)) throw thrown;
    return { ...line, code, detail, nearest: context.nearest ?? null, numbers: context.numbers ?? {} };
  }
  const error = failureOf(provider, thrown, 'quote');
  const code = ABSENCE_OF[error.reason];
  if (code === 'timed_out') return timedOut(provider, paymentMethod, waitedMs);
  const { retryAfterMs } = error.at;
  const numbers = retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) };
  return { ...line, code, detail: `${provider.displayName}: ${error.explanation}`, nearest: null, numbers };
};
