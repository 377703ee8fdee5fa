import { parse } from 'node:querystring';

/** More parameters than any operation has; the rest is not looked at, and one of these is refused as unknown. */
const MAX_PARAMETERS = 100;

const NAMED = /^([a-z_]+)\[(.*)\]$/s;

/**
 * The query of an address. `label[department]=sales` is an entry of `label`; a parameter given twice is a list, which
 * no rule accepts. Never throws.
 */
export const queryFrom = (text: string): Record<string, unknown> => {
  const groups = new Map<string, Map<string, unknown>>();
  const query = new Map<string, unknown>();
  for (const [parameter, value] of Object.entries(parse(text, '&', '=', { maxKeys: MAX_PARAMETERS }))) {
    const [, group, name] = NAMED.exec(parameter) ?? [];
    if (group === undefined || name === undefined) query.set(parameter, value);
    else groups.set(group, (groups.get(group) ?? new Map<string, unknown>()).set(name, value));
  }
  for (const [group, entries] of groups)
    // The same name with and without entries cannot be one thing: as with a parameter given twice.
    query.set(group, query.has(group) ? [query.get(group), ...entries.values()] : Object.fromEntries(entries));
  return Object.fromEntries(query);
};
