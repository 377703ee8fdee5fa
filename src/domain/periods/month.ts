/** A month of the books: `2026-11`. Where it begins and ends is a matter of the time zone that finance works in. */
export type MonthId = string & { readonly kind: 'month' };

export const MONTH_ID = /^\d{4}-(0[1-9]|1[0-2])$/;

export interface Month {
  readonly id: MonthId;
  readonly startsAt: Date;
  /** The first moment that is not of it any more. */
  readonly endsAt: Date;
}

/** The month that an instant is in. */
export const monthOf = (at: Date, timeZone: string): MonthId => {
  const { year, month } = wallClock(at, timeZone);
  return idOf(year, month);
};

/** The day that an instant is in: `2026-11-30`. */
export const dayOf = (at: Date, timeZone: string): string => {
  const { year, month, day } = wallClock(at, timeZone);
  return `${idOf(year, month)}-${String(day).padStart(2, '0')}`;
};

export const boundsOf = (id: MonthId, timeZone: string): Month => ({
  id,
  startsAt: startOf(id, timeZone),
  endsAt: startOf(following(id), timeZone),
});

/** Its last day, as the calendar has it: 2026-11-30. */
export const lastDayOf = (id: MonthId): string => {
  const [year = 0, month = 0] = id.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
};

/** All months from one to another, both included, the earlier one first. */
export const monthsBetween = (first: MonthId, last: MonthId): readonly MonthId[] => {
  const months: MonthId[] = [];
  for (let id = first; id <= last; id = following(id)) months.push(id);
  return months;
};

const following = (id: MonthId): MonthId => {
  const [year = 0, month = 0] = id.split('-').map(Number);
  return month === 12 ? idOf(year + 1, 1) : idOf(year, month + 1);
};

const idOf = (year: number, month: number): MonthId =>
  `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}` as MonthId;

/** The first moment at which the clocks there show the month: midnight, or when they were put forward over it. */
const startOf = (id: MonthId, timeZone: string): Date =>
  firstMoment(Date.parse(`${id}-01T00:00:00Z`), (at) => monthOf(at, timeZone) >= id);

/** The same of a day, `2026-11-30`. */
export const startOfDay = (day: string, timeZone: string): Date =>
  firstMoment(Date.parse(`${day}T00:00:00Z`), (at) => dayOf(at, timeZone) >= day);

/** The first at which it holds, around a midnight of UTC: no zone is more than 14 hours ahead of it, or 12 behind. */
const firstMoment = (midnightMs: number, hasBegun: (at: Date) => boolean): Date => {
  // No zone changes twice within two days.
  let [before, after] = [midnightMs - 15 * HOUR_MS, midnightMs + 15 * HOUR_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (hasBegun(new Date(middle))) after = middle;
    else before = middle;
  }
  return new Date(after);
};

const HOUR_MS = 3_600_000;

const formats = new Map<string, Intl.DateTimeFormat>();

const wallClock = (
  at: Date,
  timeZone: string,
): { readonly year: number; readonly month: number; readonly day: number } => {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
    });
  formats.set(timeZone, format);
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return { year: Number(parts['year']), month: Number(parts['month']), day: Number(parts['day']) };
};
