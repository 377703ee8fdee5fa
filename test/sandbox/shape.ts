/**
 * Types as checks at run time. `shape<T>` takes a check for every field of `T`, no more and no fewer, each of the field's
 * own type: when the type changes, it no longer compiles.
 */
export interface Check<T> {
  /** What is wrong with the value, by path; nothing if it is a `T`. */
  faults(value: unknown, path: string): readonly string[];
  /** Never there: it ties the check to its type. */
  readonly of?: (value: T) => T;
}

interface Optional<T> extends Check<T> {
  readonly optional: true;
}

type Fields<T> = {
  readonly [K in keyof T]-?: {} extends Pick<T, K> ? Optional<Exclude<T[K], undefined>> : Check<T[K]>;
};

const primitive = <T>(name: string): Check<T> => ({
  faults: (value, path) =>
    typeof value === name ? [] : [`${path} is ${JSON.stringify(value) ?? 'missing'}, not a ${name}`],
});

export const text = primitive<string>('string');
export const number = primitive<number>('number');
export const flag = primitive<boolean>('boolean');

/** Absent or null: the provider writes null where its client's types leave a field out. */
export const optional = <T>(check: Check<T>): Optional<T> => ({
  optional: true,
  faults: (value, path) => (value === undefined || value === null ? [] : check.faults(value, path)),
});

export const nullable = <T>(check: Check<T>): Check<T | null> => ({
  faults: (value, path) => (value === null ? [] : check.faults(value, path)),
});

export const oneOf = <T extends string>(words: Readonly<Record<T, true>>): Check<T> => ({
  faults: (value, path) => (Object.hasOwn(words, String(value)) ? [] : [`${path} is none of its words`]),
});

export const listOf = <T>(check: Check<T>): Check<T[]> => ({
  faults: (value, path) =>
    Array.isArray(value)
      ? value.flatMap((row, index) => check.faults(row, `${path}.${index}`))
      : [`${path} is not a list`],
});

export const shape = <T extends object>(fields: Fields<T>): Check<T> => ({
  faults: (value, path) => {
    if (typeof value !== 'object' || value === null) return [`${path} is not an object`];
    const checks = Object.entries(fields) as [string, Check<unknown>][];
    return checks.flatMap(([name, check]) => check.faults((value as Record<string, unknown>)[name], `${path}.${name}`));
  },
});
