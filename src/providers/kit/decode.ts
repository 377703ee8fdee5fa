import { Decimal } from 'decimal.js';
import { urlFrom } from '../../domain/addresses.js';
import { gramsFromMass, InvalidMassError, type Grams, type MassUnit } from '../../domain/mass.js';
import { printable } from '../../domain/printable.js';
import { ProviderProtocolError } from './protocol-error.js';

/**
 * Turns a part of a response into a typed value, or throws ProviderProtocolError. Decoders are closed: they read
 * named fields and build fresh objects, so nothing else from outside (an unread field, `__proto__`) gets in. `path`
 * is made of our own field names and of indexes.
 *
 * Status, mass, price and identity are read strictly: without one of them nothing is known. What only adds to that is
 * read as `evidence`, and lists of things that are not all ours as `rows`; what these two pass over is told to `unread`.
 */
export type Decoder<T> = (value: unknown, path: string, unread: Unread) => T;
export type Decoded<D> = D extends Decoder<infer T> ? T : never;

/** Takes what was passed over, as a sentence that names the part and never its value. */
export type Unread = (what: string) => void;

const ignore: Unread = () => undefined;

const refuse = (path: string, expectation: string): never => {
  throw new ProviderProtocolError('unreadable_answer', `${path} must be ${expectation}`);
};

export const jsonFrom = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse('the response', 'JSON');
  }
};

export const decode = <T>(decoder: Decoder<T>, body: unknown, unread: Unread = ignore): T =>
  decoder(body, 'response', unread);

/** A field of a JSON object; undefined if `value` is no object or does not have it. */
export const ownField = (value: unknown, name: string): unknown =>
  isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

const isJsonObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Shape = Readonly<Record<string, Decoder<unknown>>>;

export const object =
  <S extends Shape>(shape: S): Decoder<{ readonly [K in keyof S]: Decoded<S[K]> }> =>
  (value, path, unread) => {
    if (!isJsonObject(value)) return refuse(path, 'an object');
    const fields = Object.entries(shape).map(([name, field]) => [
      name,
      field(ownField(value, name), `${path}.${name}`, unread),
    ]);
    return Object.fromEntries(fields) as { readonly [K in keyof S]: Decoded<S[K]> };
  };

export const list =
  <T>(item: Decoder<T>): Decoder<readonly T[]> =>
  (value, path, unread) =>
    Array.isArray(value)
      ? value.map((entry, index) => item(entry, `${path}[${index}]`, unread))
      : refuse(path, 'a list');

/** Null for a field that is null or missing. */
export const nullable =
  <T>(inner: Decoder<T>): Decoder<T | null> =>
  (value, path, unread) =>
    value === undefined || value === null ? null : inner(value, path, unread);

/** What the decoder throws as a sentence, in place of its value. */
const readOr = <T, E>(read: () => T, otherwise: (why: ProviderProtocolError) => E): T | E => {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProviderProtocolError) return otherwise(error);
    throw error;
  }
};

/** What only adds to what is known. Null where it is null or missing, and where it cannot be read. */
export const evidence =
  <T>(inner: Decoder<T>): Decoder<T | null> =>
  (value, path, unread) =>
    readOr(
      () => nullable(inner)(value, path, unread),
      ({ message }) => {
        unread(message);
        return null;
      },
    );

/**
 * What a part of a row says of whose the row is: a value, none where it is null, or null where it may be any, because
 * it is missing or cannot be read.
 */
const clue =
  <T>(inner: Decoder<T>): Decoder<readonly T[] | null> =>
  (value, path) => {
    if (value === undefined) return null;
    return value === null
      ? []
      : readOr<readonly T[], null>(
          () => [inner(value, path, ignore)],
          () => null,
        );
  };

/** One row of a list that holds more than ours. `clues` can be read of every row, and tell whether it could be ours. */
export interface Row<T, C> {
  readonly clues: C;
  /** Null if it cannot be read. */
  readonly read: T | null;
  /** Why it cannot be read; null if it can. */
  readonly why: ProviderProtocolError | null;
}

/** Clues for a list in which every row that can be read is of use, and no other is missed. */
export const NO_CLUES: Decoder<null> = () => null;

/** The clues of a row, which may be anything: no object has no fields. */
export const clues =
  <S extends Shape>(shape: S): Decoder<{ readonly [K in keyof S]: readonly Decoded<S[K]>[] | null }> =>
  (value, path, unread) => {
    const fields = Object.entries(shape).map(([name, field]) => [
      name,
      clue(field)(ownField(value, name), `${path}.${name}`, unread),
    ]);
    return Object.fromEntries(fields) as { readonly [K in keyof S]: readonly Decoded<S[K]>[] | null };
  };

/** Something that may not be of use, whole or not at all. */
export const row =
  <T, C>(item: Decoder<T>, hints: Decoder<C>): Decoder<Row<T, C>> =>
  (value, path, unread) => {
    const found = hints(value, path, ignore);
    return readOr<Row<T, C>, Row<T, C>>(
      () => ({ clues: found, read: item(value, path, unread), why: null }),
      (why) => {
        unread(why.message);
        return { clues: found, read: null, why };
      },
    );
  };

/** A list that is not all ours, row by row: one that cannot be read leaves the others as they are. */
export const rows = <T, C>(item: Decoder<T>, hints: Decoder<C>): Decoder<readonly Row<T, C>[]> =>
  list(row(item, hints));

export const readable = <T>(found: readonly Row<T, unknown>[]): readonly T[] => found.flatMap(({ read }) => read ?? []);

/** A text to show or to store: one line of printable characters. */
export const text: Decoder<string> = (value, path) => printable(exactText(value, path));

/** A text to compare with what was sent, every character as it came. It is neither shown nor stored. */
export const exactText = (value: unknown, path: string): string =>
  typeof value === 'string' ? value : refuse(path, 'a text');

/** A number of things or a text that stands for it, such as a serial number that was written without quotes. */
export const textOrNumber: Decoder<string> = (value, path, unread) =>
  Number.isSafeInteger(value) ? String(value) : text(value, path, unread);

export const flag: Decoder<boolean> = (value, path) => (typeof value === 'boolean' ? value : refuse(path, 'a boolean'));

/** Printable, without spaces, and with a letter or digit, because `.` and `..` have a meaning in a URL. */
const IDENTIFIER = /^(?=.*[A-Za-z0-9])[\x21-\x7e]{1,128}$/;

export const isIdentifier = (value: unknown): value is string => typeof value === 'string' && IDENTIFIER.test(value);

/** A provider's id: opaque, but short and printable enough for a URL or a log line. */
export const identifier: Decoder<string> = (value, path) =>
  isIdentifier(value) ? value : refuse(path, 'an id of 1 to 128 visible characters');

/** One of a closed set of words. Any other word is refused, never guessed. */
export const oneOf =
  <const W extends string>(words: readonly W[]): Decoder<W> =>
  (value, path) => {
    const known = words.find((word) => word === value);
    if (known !== undefined) return known;
    if (typeof value !== 'string') return refuse(path, 'a text');
    throw new ProviderProtocolError('unreadable_answer', `${path} is a word that this gateway does not know`, value);
  };

const DECIMAL = /^\d{1,16}(\.\d{1,18})?$/;

/** Amounts and masses stay far below this; above it a JSON number has lost its decimals. */
const MAX_DECIMAL = 1e15;

/**
 * Zero or more, exact: a JSON number is taken at its shortest decimal spelling, which is what the provider wrote for
 * anything of up to 15 digits; a text is taken as it stands.
 */
export const decimal: Decoder<Decimal> = (value, path) => {
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  if (!isNumber && !(typeof value === 'string' && DECIMAL.test(value))) return refuse(path, 'a decimal number');
  const exact = new Decimal(String(value));
  if (exact.lessThan(0) || exact.greaterThan(MAX_DECIMAL)) return refuse(path, 'between 0 and 1e15');
  return exact;
};

export const wholeNumber =
  (minimum: number, maximum = Number.MAX_SAFE_INTEGER): Decoder<number> =>
  (value, path) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum && value <= maximum
      ? value
      : refuse(path, `a whole number from ${minimum} to ${maximum}`);

/** A mass greater than zero that is a whole number of grams. */
export const mass =
  (unit: MassUnit): Decoder<Grams> =>
  (value, path, unread) => {
    try {
      return gramsFromMass(decimal(value, path, unread).toFixed(), unit);
    } catch (error) {
      if (error instanceof InvalidMassError) return refuse(path, 'a mass of whole grams above zero');
      throw error;
    }
  };

const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?$/;

/** Of a day that no month has, JavaScript makes one of the next month. */
const isDay = (date: string): boolean => new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);

/** An ISO 8601 time. Without a zone it is UTC, as all three providers document theirs to be. */
export const instant: Decoder<Date> = (value, path) => {
  const [, date = '', , zone] =
    (typeof value === 'string' ? INSTANT.exec(value) : null) ?? refuse(path, 'an ISO 8601 time');
  const time = new Date(`${String(value)}${zone === undefined ? 'Z' : ''}`);
  return Number.isNaN(time.getTime()) || !isDay(date) ? refuse(path, 'an ISO 8601 time') : time;
};

/** An absolute http(s) address: these are shown to people, so no other scheme may pass. */
export const webUrl: Decoder<string> = (value, path) => {
  const isPlain = typeof value === 'string' && value.length <= 2_048 && !/[\s\p{C}]/u.test(value);
  const url = isPlain ? urlFrom(value) : null;
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? String(value) : refuse(path, 'a web address');
};
