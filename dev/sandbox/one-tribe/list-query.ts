import type { SimulatedResponse } from '../http-messages.js';
import { badRequest } from './one-tribe-errors.js';

const DEFAULT_LIMIT = 10;
/** The real maximum is unknown; the response's `meta.limit` says what was used. */
const MAX_LIMIT = 100;

export interface ListBody<Row> {
  readonly data: readonly Row[];
  readonly meta: { readonly page: number; readonly limit: number; readonly total: number };
}

/** `page`, `limit`, `sort` and `filter[field]` over rows as they are shown. */
export const listBody = <Row extends object>(
  rows: readonly Row[],
  query: URLSearchParams,
): { readonly body: ListBody<Row> } | { readonly refusal: SimulatedResponse } => {
  const page = positiveFrom(query.get('page'), 1);
  const limit = positiveFrom(query.get('limit'), DEFAULT_LIMIT);
  if (page === null || limit === null) {
    return { refusal: badRequest('page and limit must be whole numbers of at least 1') };
  }
  const used = Math.min(limit, MAX_LIMIT);
  const found = sorted(filtered(rows, query), query.get('sort'));
  const start = (page - 1) * used;
  return { body: { data: found.slice(start, start + used), meta: { page, limit: used, total: found.length } } };
};

const positiveFrom = (text: string | null, fallback: number): number | null => {
  if (text === null) return fallback;
  return /^\d{1,9}$/.test(text) && Number(text) >= 1 ? Number(text) : null;
};

const fieldOf = (row: object, name: string): string | number => {
  const value: unknown = Object.hasOwn(row, name) ? row[name as keyof typeof row] : undefined;
  return typeof value === 'number' || typeof value === 'string' ? value : '';
};

const filtered = <Row extends object>(rows: readonly Row[], query: URLSearchParams): readonly Row[] => {
  const filters = [...query].flatMap(([name, value]) => {
    const field = /^filter\[(.+)\]$/.exec(name)?.[1];
    return field === undefined ? [] : [{ field, value }];
  });
  return rows.filter((row) => filters.every(({ field, value }) => String(fieldOf(row, field)) === value));
};

/** Rows come oldest first, and equal ones keep that order in both directions of the sort. */
const sorted = <Row extends object>(rows: readonly Row[], sort: string | null): readonly Row[] => {
  if (sort === null) return rows;
  const isDescending = sort.startsWith('-');
  const name = isDescending ? sort.slice(1) : sort;
  const ascending = rows.toSorted((a, b) => compare(fieldOf(a, name), fieldOf(b, name)));
  return isDescending ? ascending.reverse() : ascending;
};

const compare = (a: string | number, b: string | number): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
};
