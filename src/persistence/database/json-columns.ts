/**
 * Closed readers of our own JSON columns: they read named fields of the expected type and build fresh objects. A value
 * that does not fit becomes the fallback, so that one malformed row cannot make a whole list fail.
 */
export type ReadJson<T> = (value: unknown) => T;

type Shape = Readonly<Record<string, ReadJson<unknown>>>;
type Read<S extends Shape> = { readonly [K in keyof S]: ReturnType<S[K]> };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const readText: ReadJson<string> = (value) => (typeof value === 'string' ? value : '');

export const readTextOrNull: ReadJson<string | null> = (value) => (typeof value === 'string' ? value : null);

export const readNumberOrNull: ReadJson<number | null> = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

export const readFlag: ReadJson<boolean> = (value) => value === true;

export const readObject =
  <S extends Shape>(shape: S): ReadJson<Read<S>> =>
  (value) => {
    const record = isRecord(value) ? value : {};
    const fields = Object.entries(shape).map(([name, read]) => [
      name,
      read(Object.hasOwn(record, name) ? record[name] : undefined),
    ]);
    return Object.fromEntries(fields) as Read<S>;
  };

export const readObjectOrNull =
  <S extends Shape>(shape: S): ReadJson<Read<S> | null> =>
  (value) =>
    isRecord(value) ? readObject(shape)(value) : null;

export const readList =
  <T>(item: ReadJson<T>): ReadJson<readonly T[]> =>
  (value) =>
    Array.isArray(value) ? value.map(item) : [];

/** Texts by name. */
export const readTexts: ReadJson<Readonly<Record<string, string>>> = (value) =>
  Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );

/** Numbers by name. */
export const readCounts: ReadJson<Readonly<Record<string, number>>> = (value) =>
  Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    ),
  );

/** A word of a closed set. The database's CHECK allows no other word, so another one is a bug. */
export const readWord =
  <W extends string>(words: readonly W[]): ReadJson<W> =>
  (value) => {
    const word = words.find((known) => known === value);
    if (word === undefined) throw new Error(`a column holds a word that is none of ${words.join(', ')}`);
    return word;
  };

export const readWordOrNull =
  <W extends string>(words: readonly W[]): ReadJson<W | null> =>
  (value) =>
    value === null || value === undefined ? null : readWord(words)(value);
