import type { StoredResponse } from '../../application/idempotency/idempotent-executor.js';
import { AppError } from '../../domain/errors.js';
import { problemOf, type ProblemSubject } from '../problems/problem-document.js';

/**
 * The refusal to keep under a key: one that an order came out of. Null: the next request may try again, because no
 * order was made, or because what stood in the way passes (409, 429, 5xx).
 */
export const finalRefusal = (thrown: unknown, subject: ProblemSubject): StoredResponse | null => {
  if (!(thrown instanceof AppError) || thrown.context.orderId === undefined) return null;
  const { status, document } = problemOf(thrown, subject);
  const passes = status === 409 || status === 429 || status >= 500;
  return passes ? null : { status, body: JSON.stringify(document) };
};
