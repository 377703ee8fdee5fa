import type { TimelinePosition } from '../../../domain/timeline/timeline.js';
import { PatternField } from '../../validation/field.js';
import { CURSOR, CURSOR_EXAMPLE, cursorOf, LimitQuery, NOT_A_CURSOR, timeInCursor } from '../../validation/paging.js';

export class ReadTimelineRequest extends LimitQuery {
  @PatternField(CURSOR, NOT_A_CURSOR, {
    about: 'Only what comes after: the `next_cursor` of the previous page',
    optional: true,
    example: CURSOR_EXAMPLE,
  })
  after?: string;
}

export const cursorOfEntry = ({ at, place, number, key }: TimelinePosition): string =>
  cursorOf([at.toISOString(), String(place), String(number), key]);

/** @returns null if the parts are not a position */
export const timelinePositionFrom = ([time, place, number, key]: readonly string[]): TimelinePosition | null => {
  if (time === undefined || place === undefined || number === undefined || key === undefined) return null;
  if (!/^\d{1,2}$/.test(place) || !/^\d{1,9}$/.test(number) || !/^\w{0,64}$/.test(key)) return null;
  const at = timeInCursor(time);
  return at && { at, place: Number(place), number: Number(number), key };
};
