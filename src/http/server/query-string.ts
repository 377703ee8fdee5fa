import { parse } from 'node:querystring';

/** More than any endpoint takes, so at least one of these is refused as unknown and the rest need no parsing. */
const MAX_PARAMETERS = 100;

const NAMED = /^([a-z_]+)\[(.*)\]$/s;

/**
 * Parses a query string. `label[department]=sales` becomes an entry of `label`. A parameter given twice becomes a list,
 * which no rule accepts. Never throws.
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
    // `label=a&label[b]=c` becomes a list too, as if the parameter was given twice.
    query.set(group, query.has(group) ? [query.get(group), ...entries.values()] : Object.fromEntries(entries));
  return Object.fromEntries(query);
};
