import { printable } from '../../src/domain/printable.js';

/** Texts anywhere in a JSON value that act where they are shown, instead of being seen. Named by where they stand. */
export const actingTexts = (value: unknown, path = ''): string[] => {
  if (typeof value === 'string') return printable(value) === value ? [] : [`a text that acts, at ${path || 'its top'}`];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(printable(key) === key ? [] : [`a key that acts, in ${path || 'its top'}`]),
    ...actingTexts(inner, `${path}.${key}`),
  ]);
};
