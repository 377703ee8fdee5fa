import { ProviderProtocolError } from './protocol-error.js';

/**
 * The rows, refused unless they are newest first. Reading stops at the first row older than the window. In another
 * order it would stop too early, and an existing order would count as absent.
 */
export const newestFirst = <T>(rows: readonly T[], createdAt: (row: T) => Date): readonly T[] => {
  const isOutOfOrder = rows.some((row, index) => {
    const previous = rows[index - 1];
    return previous !== undefined && createdAt(row) > createdAt(previous);
  });
  if (!isOutOfOrder) return rows;
  throw new ProviderProtocolError('unreadable_answer', 'the list must be newest first');
};
