/** Texts and punctuation: all that matters in JSON which is known to be valid. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;

interface Level {
  /** Null in a list. */
  readonly keys: Set<string> | null;
  /** The field that is being read. */
  key: string;
}

/**
 * The path of the first field that an object in `json` has twice. JSON.parse keeps the last one without a word, and
 * others the first: what is bought would depend on who reads it.
 * @param json valid JSON
 * @returns null if there is none
 */
export const repeatedKeyIn = (json: string): string | null => {
  const levels: Level[] = [];
  let text = '';
  for (const [token] of json.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === '{') levels.push({ keys: new Set(), key: '' });
    else if (token === '[') levels.push({ keys: null, key: '' });
    else if (token === '}' || token === ']') levels.pop();
    else if (token === ':' && level?.keys) {
      level.key = JSON.parse(text) as string;
      if (level.keys.has(level.key)) return pathOf(levels);
      level.keys.add(level.key);
    } else if (token !== ',') text = token;
  }
  return null;
};

const pathOf = (levels: readonly Level[]): string =>
  levels
    .filter(({ keys }) => keys !== null)
    .map(({ key }) => key)
    .join('.');
