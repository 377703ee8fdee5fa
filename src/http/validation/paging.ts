import { Matches } from 'class-validator';
import { invalidFields } from '../problems/http-problem.js';
import { Field, PatternField } from './field.js';

const DEFAULT_LIMIT = 20;

/** What a cursor can look like. */
export const CURSOR = /^[A-Za-z0-9_-]{1,512}$/;
/** Of a list of orders. */
export const CURSOR_EXAMPLE = 'WyIyMDI2LTExLTI2VDEwOjQyOjE3LjczN1oiLCJvcmRfMDFtOGJxNXZnOGZ2Zzh4NmV6aGR4ejhmZGYiXQ';
export const NOT_A_CURSOR = 'must be the next_cursor of an earlier page';

/** Size of a page. Query parameters arrive as text. */
export class LimitQuery {
  @Field(
    { type: 'integer', minimum: 1, maximum: 100, default: DEFAULT_LIMIT },
    { about: 'Entries per page', optional: true },
    Matches(/^([1-9]\d?|100)$/, { message: 'must be a whole number from 1 to 100' }),
  )
  limit?: string;
}

/** Size and position of a page. */
export class PagingQuery extends LimitQuery {
  @PatternField(CURSOR, NOT_A_CURSOR, {
    about: 'The `next_cursor` of the previous page',
    optional: true,
    example: CURSOR_EXAMPLE,
  })
  cursor?: string;
}

export const limitFrom = ({ limit }: LimitQuery): number => (limit === undefined ? DEFAULT_LIMIT : Number(limit));

/** Encodes a position as opaque text. */
export const cursorOf = (parts: readonly string[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

/**
 * Decodes the position in a cursor, which a parameter took from a field of an earlier page. Throws HttpProblem for a
 * cursor that this gateway did not make: one that differs from what `cursorOf` writes, or in which `parse` finds no
 * position.
 * @returns null if no cursor was given
 */
export const positionFrom = <T>(
  cursor: string | undefined,
  parse: (parts: readonly string[]) => T | null,
  { parameter, field } = { parameter: 'cursor', field: 'next_cursor' },
): T | null => {
  if (cursor === undefined) return null;
  const parts = partsOf(cursor);
  const position = parts && cursorOf(parts) === cursor ? parse(parts) : null;
  if (position === null) throw invalidFields({ [parameter]: [`must be the ${field} of an earlier page`] });
  return position;
};

const partsOf = (cursor: string): readonly string[] | null => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) && parts.every((part) => typeof part === 'string') ? parts : null;
  } catch {
    return null;
  }
};

/** A time of this century as `toISOString` writes it. @returns null if it is none */
export const timeInCursor = (text: string): Date | null => {
  if (!/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)) return null;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? null : time;
};

/** A position in the order of time and id. @returns null if the parts are none */
export const timePositionFrom = (
  [time, id]: readonly string[],
  idForm: RegExp,
): { readonly createdAt: Date; readonly id: string } | null => {
  if (time === undefined || id === undefined || !idForm.test(id)) return null;
  const createdAt = timeInCursor(time);
  return createdAt && { createdAt, id };
};
