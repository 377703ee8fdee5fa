/** `?a=1&b=2` as texts by their names. */
export const searchFrom = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));

export const textOf = (search: Record<string, unknown>): string => {
  const given = Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
};
