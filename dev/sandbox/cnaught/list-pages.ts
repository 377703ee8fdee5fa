import type { SimulatedResponse } from '../http-messages.js';
import { invalidPagination, invalidParameters } from './cnaught-problems.js';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** One page of rows that are newest first. `starting_after` goes to older rows, `ending_before` to newer ones. */
export const pageOf = <Row extends { readonly id: string }>(
  newestFirst: readonly Row[],
  query: URLSearchParams,
): { readonly rows: readonly Row[] } | { readonly refusal: SimulatedResponse } => {
  const limit = limitFrom(query.get('limit'));
  if (limit === null) return { refusal: invalidParameters({ limit: ['The limit must be a whole number, 1 to 100.'] }) };
  const after = query.get('starting_after');
  const before = query.get('ending_before');
  if (after !== null && before !== null) {
    return { refusal: invalidPagination('starting_after and ending_before exclude each other.') };
  }
  const cursor = after ?? before;
  if (cursor === null) return { rows: newestFirst.slice(0, limit) };
  const index = newestFirst.findIndex((row) => row.id === cursor);
  if (index < 0) return { refusal: invalidPagination('The cursor is not an id of this list.') };
  if (after !== null) return { rows: newestFirst.slice(index + 1, index + 1 + limit) };
  return { rows: newestFirst.slice(Math.max(0, index - limit), index) };
};

const limitFrom = (text: string | null): number | null => {
  if (text === null) return DEFAULT_LIMIT;
  const limit = Number(text);
  return /^\d+$/.test(text) && limit >= 1 && limit <= MAX_LIMIT ? limit : null;
};
