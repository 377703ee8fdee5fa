/** Dotted paths into a JSON body: `data.0.amount_kg`. */

/** Names that lead out of the body, into what every object of the process shares. */
export const UNSAFE_NAMES: readonly string[] = ['__proto__', 'constructor', 'prototype'];

export const isSafePath = (path: string): boolean => path.split('.').every((name) => !UNSAFE_NAMES.includes(name));

export interface Place {
  readonly holder: Record<string, unknown>;
  readonly name: string;
}

/**
 * The place that a path names, there already or new; null if it leads nowhere. Steps are own properties, and a list has
 * no places but its rows and the one behind the last.
 */
export const placeOf = (body: unknown, path: string): Place | null => {
  const names = path.split('.');
  const name = names.pop() ?? '';
  let holder: unknown = body;
  for (const step of names) holder = isContainer(holder) && Object.hasOwn(holder, step) ? holder[step] : undefined;
  if (!isContainer(holder)) return null;
  return Array.isArray(holder) && !isRowOf(holder, name) ? null : { holder, name };
};

export const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isRowOf = (rows: readonly unknown[], name: string): boolean =>
  String(Number(name)) === name && Number.isInteger(Number(name)) && Number(name) >= 0 && Number(name) <= rows.length;
