/**
 * Closed readers of our own JSON columns: they read own, named fields of the type that they expect and build fresh objects.
 * What does not fit reads as its fallback, so that one malformed row cannot make a whole list fail.
 */
export type Reader<T> = (value: unknown) => T;

type Shape = Readonly<Record<string, Reader<unknown>>>;
type Read<S extends Shape> = { readonly [K in keyof S]: ReturnType<S[K]> };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const readText: Reader<string> = (value) => (typeof value === 'string' ? value : '');

export const readTextOrNull: Reader<string | null> = (value) => (typeof value === 'string' ? value : null);

export const readNumberOrNull: Reader<number | null> = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

export const readFlag: Reader<boolean> = (value) => value === true;

export const readObject =
  <S extends Shape>(shape: S): Reader<Read<S>> =>
  (value) => {
    const record = isRecord(value) ? value : {};
    const fields = Object.entries(shape).map(([name, read]) => [
      name,
      read(Object.hasOwn(record, name) ? record[name] : undefined),
    ]);
    return Object.fromEntries(fields) as Read<S>;
  };

export const readObjectOrNull =
  <S extends Shape>(shape: S): Reader<Read<S> | null> =>
  (value) =>
    isRecord(value) ? readObject(shape)(value) : null;

export const readList =
  <T>(item: Reader<T>): Reader<readonly T[]> =>
  (value) =>
    Array.isArray(value) ? value.map(item) : [];

/** Texts by name. */
export const readTexts: Reader<Readonly<Record<string, string>>> = (value) =>
  Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );

/** A word of a closed set; the database's CHECK admits no other, so another one is a bug. */
export const readWord =
  <W extends string>(words: readonly W[]): Reader<W> =>
  (value) => {
    const word = words.find((known) => known === value);
    if (word === undefined) throw new Error(`a column holds a word that is none of ${words.join(', ')}`);
    return word;
  };

export const readWordOrNull =
  <W extends string>(words: readonly W[]): Reader<W | null> =>
  (value) =>
    value === null || value === undefined ? null : readWord(words)(value);
