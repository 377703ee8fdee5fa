import { parse, type ParseOptions } from 'node:querystring';

/** More than any endpoint takes, so at least one of these is refused as unknown and the rest need no parsing. */
const MAX_PARAMETERS = 100;

/** Half of a character: no rule for texts accepts it. */
const BROKEN = '\ud800';

/** What is not UTF-8 is marked. Node would put U+FFFD in its place, and find what was stored with that. */
const OPTIONS: ParseOptions = {
  maxKeys: MAX_PARAMETERS,
  decodeURIComponent: (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return BROKEN;
    }
  },
};

const NAMED = /^([a-z_]+)\[(.*)\]$/s;

/**
 * Parses a query string. `label[department]=sales` becomes an entry of `label`. A parameter given twice becomes a list,
 * which no rule accepts. Never throws.
 */
export const queryFrom = (text: string): Record<string, unknown> => {
  const groups = new Map<string, Map<string, unknown>>();
  const query = new Map<string, unknown>();
  for (const [parameter, value] of Object.entries(parse(text, '&', '=', OPTIONS))) {
    const [, group, name] = NAMED.exec(parameter) ?? [];
    if (group === undefined || name === undefined) query.set(parameter, value);
    else groups.set(group, (groups.get(group) ?? new Map<string, unknown>()).set(name, value));
  }
  for (const [group, entries] of groups)
    // `label=a&label[b]=c` becomes a list too, as if the parameter was given twice.
    query.set(group, query.has(group) ? [query.get(group), ...entries.values()] : Object.fromEntries(entries));
  return Object.fromEntries(query);
};
