import { Decimal } from 'decimal.js';
import { gramsFromMass, InvalidMassError, type Grams, type MassUnit } from '../../domain/mass.js';
import { ProviderProtocolError } from './protocol-error.js';

/**
 * Turns a part of a response into a typed value, or throws ProviderProtocolError. Decoders are closed: they read
 * named fields and build fresh objects, so nothing else from outside (an unread field, `__proto__`) gets in. `path`
 * is made of our own field names and of indexes.
 */
export type Decoder<T> = (value: unknown, path: string) => T;
export type Decoded<D> = D extends Decoder<infer T> ? T : never;

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

export const decode = <T>(decoder: Decoder<T>, body: unknown): T => decoder(body, 'response');

/** A field of a JSON object; undefined if `value` is no object or does not have it. */
export const ownField = (value: unknown, name: string): unknown =>
  isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

const isJsonObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Shape = Readonly<Record<string, Decoder<unknown>>>;

export const object =
  <S extends Shape>(shape: S): Decoder<{ readonly [K in keyof S]: Decoded<S[K]> }> =>
  (value, path) => {
    if (!isJsonObject(value)) return refuse(path, 'an object');
    const fields = Object.entries(shape).map(([name, field]) => [
      name,
      field(ownField(value, name), `${path}.${name}`),
    ]);
    return Object.fromEntries(fields) as { readonly [K in keyof S]: Decoded<S[K]> };
  };

export const list =
  <T>(item: Decoder<T>): Decoder<readonly T[]> =>
  (value, path) =>
    Array.isArray(value) ? value.map((entry, index) => item(entry, `${path}[${index}]`)) : refuse(path, 'a list');

/** Null for a field that is null or missing. */
export const nullable =
  <T>(inner: Decoder<T>): Decoder<T | null> =>
  (value, path) =>
    value === undefined || value === null ? null : inner(value, path);

/** What PostgreSQL cannot store and JSON parsers treat differently: NUL, and halves of surrogate pairs. */
const UNSTORABLE = /[\0\p{Cs}]/gu;

/** A text to show or to store; characters that could not be stored are replaced. */
export const text: Decoder<string> = (value, path) =>
  typeof value === 'string' ? value.replaceAll(UNSTORABLE, '\uFFFD') : refuse(path, 'a text');

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
  (value, path) => {
    try {
      return gramsFromMass(decimal(value, path).toFixed(), unit);
    } catch (error) {
      if (error instanceof InvalidMassError) return refuse(path, 'a mass of whole grams above zero');
      throw error;
    }
  };

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?$/;

/** An ISO 8601 time. Without a zone it is UTC, as all three providers document theirs to be. */
export const instant: Decoder<Date> = (value, path) => {
  const [, , zone] = (typeof value === 'string' ? INSTANT.exec(value) : null) ?? refuse(path, 'an ISO 8601 time');
  const time = new Date(`${String(value)}${zone === undefined ? 'Z' : ''}`);
  return Number.isNaN(time.getTime()) ? refuse(path, 'an ISO 8601 time') : time;
};

/** An absolute http(s) address: these are shown to people, so no other scheme may pass. */
export const webUrl: Decoder<string> = (value, path) => {
  const isPlain = typeof value === 'string' && value.length <= 2_048 && !/[\s\p{C}]/u.test(value);
  const url = isPlain && URL.canParse(value) ? new URL(value) : null;
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? String(value) : refuse(path, 'a web address');
};
