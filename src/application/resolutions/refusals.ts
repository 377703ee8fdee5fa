import { AppError } from '../../domain/errors.js';
import type { Order } from '../../domain/orders/order.js';
import { REFUSALS, type Decision, type Refusal } from '../../domain/resolutions/decisions.js';
import type { CommitGuard } from '../../persistence/orders/orders.repository.js';
import { notCancellable } from '../orders/cancel-order.js';
import { untilOf, type Examined } from './examine-case.js';

/** When to ask again at a provider that did not respond. */
const RETRY_MS = 5_000;

/** That the provider could not be read says nothing about the decision: it is asked again. */
export const refusedBy = (
  refusal: Refusal,
  { times, whyNotCancellable }: Pick<Examined, 'times' | 'whyNotCancellable'>,
  orderId: string,
): AppError => {
  if (refusal === 'not_cancellable' && whyNotCancellable !== null) return notCancellable(orderId, whyNotCancellable);
  const detail = `The decision is refused: ${REFUSALS[refusal]}.`;
  if (refusal === 'provider_unavailable')
    return new AppError('provider_unavailable', detail, { orderId, retryAfterMs: RETRY_MS });
  return new AppError('resolution_refused', detail, {
    orderId,
    refusal: { code: refusal, until: untilOf(refusal, times) },
  });
};

export const requireVersion = ({ id: orderId, version }: Order, expected: number): void => {
  if (version === expected) return;
  throw new AppError('version_changed', `The order is of version ${version} now, and not ${expected}.`, { orderId });
};

/** What ends an order whose purchase may be under way is committed only while no process is at it. */
export const RESOLUTION_GUARDS: Readonly<Record<Decision, Extract<CommitGuard, { by: 'version' | 'no_run' }>>> = {
  adopt_purchase: { by: 'no_run' },
  adopt_payment: { by: 'version' },
  end_not_bought: { by: 'no_run' },
  close_unpaid_page: { by: 'version' },
  end_undone: { by: 'version' },
  accept_difference: { by: 'version' },
  compensation_done: { by: 'version' },
  acknowledge: { by: 'version' },
  cancel: { by: 'no_run' },
};
