import { ProviderProtocolError } from './protocol-error.js';

/**
 * The rows, refused unless those that show their time are newest first. Reading stops at the first row older than the
 * window. In another order it would stop too early, and an existing order would count as absent.
 */
export const newestFirst = <T>(rows: readonly T[], createdAt: (row: T) => Date | null): readonly T[] => {
  const times = rows.flatMap((row) => createdAt(row) ?? []);
  const isOutOfOrder = times.some((time, index) => {
    const previous = times[index - 1];
    return previous !== undefined && time > previous;
  });
  if (!isOutOfOrder) return rows;
  throw new ProviderProtocolError('unreadable_answer', 'the list must be newest first');
};
