import type { DateFormat } from './mapping.js';

/** Days of this century: any other is mistyped. */
const SHAPES: Readonly<Record<DateFormat, RegExp>> = {
  'YYYY-MM-DD': /^(?<year>20\d\d)-(?<month>\d\d)-(?<day>\d\d)$/,
  'DD/MM/YYYY': /^(?<day>\d\d)\/(?<month>\d\d)\/(?<year>20\d\d)$/,
  'MM/DD/YYYY': /^(?<month>\d\d)\/(?<day>\d\d)\/(?<year>20\d\d)$/,
  'DD.MM.YYYY': /^(?<day>\d\d)\.(?<month>\d\d)\.(?<year>20\d\d)$/,
};

const DAY_MS = 86_400_000;

const written = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

/** A reader that remembers, for the million lines of a month have thirty days among them. */
export const dayReader = (format: DateFormat): ((text: string) => string | null) => {
  const known = new Map<string, string>();
  return (text) => {
    const day = known.get(text) ?? dayFrom(text, format);
    if (day !== null && known.size < MOST_KNOWN) known.set(text, day);
    return day;
  };
};

/** A year and more. */
const MOST_KNOWN = 400;

/** A day that there is, as YYYY-MM-DD; null for any other text. */
export const dayFrom = (text: string, format: DateFormat): string | null => {
  const parts = SHAPES[format].exec(text)?.groups;
  if (!parts) return null;
  const day = `${parts['year']}-${parts['month']}-${parts['day']}`;
  const atMs = Date.parse(`${day}T00:00:00Z`);
  // Parsers take 30 February for a day of March.
  return Number.isNaN(atMs) || written(atMs) !== day ? null : day;
};

export const daysAfter = (day: string, days: number): string => written(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS);
