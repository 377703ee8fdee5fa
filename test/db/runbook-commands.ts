type Json = Record<string, unknown>;

/** What stands for a value in a command: `$NAME` or `<what it is>`. */
export type Values = Readonly<Record<string, string>>;

/** The words of a shell command with its values put in. Throws on one that is not given. */
export const wordsOf = (command: string, values: Values): string[] => {
  const filled = command.replaceAll(/\$([A-Z_]+)|<([a-z ]+)>/g, (_, variable?: string, placeholder?: string) => {
    const value = values[variable ?? placeholder ?? ''];
    if (value === undefined) throw new Error(`No value for ${variable ?? placeholder} in: ${command}`);
    return value;
  });
  return [...filled.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, ...quoted]) => quoted.find(Boolean) ?? '');
};

/** Asks what a `curl` asks. `shown` is the response's text, or the rows that its `jq` would print. */
export const responseTo = async (command: string, values: Values): Promise<{ status: number; shown: unknown }> => {
  const words = wordsOf(command, values);
  const url = words.find((word) => word.startsWith('http')) ?? '';
  const headers = words.flatMap((word, index) => (words[index - 1] === '-H' ? [word.split(/: (.*)/, 2)] : []));
  const response = await fetch(url, {
    headers: headers.map(([name = '', value = '']): [string, string] => [name, value]),
  });
  const text = await response.text();
  const filter = words.includes('jq') ? words.at(-1) : undefined;
  return { status: response.status, shown: filter === undefined ? text : filtered(JSON.parse(text), filter) };
};

/** As much of jq as the runbook uses: `.`, and `.rows[] | {field, other: .path.to.it}`. */
const filtered = (json: unknown, filter: string): unknown => {
  if (filter === '.') return json;
  const [, list = '', fields] = /^\.(\w+)\[\] \| \{(.+)\}$/.exec(filter) ?? [];
  if (fields === undefined) throw new Error(`The test does not know this jq: ${filter}`);
  const rows = (json as Record<string, Json[]>)[list] ?? [];
  return rows.map((row) =>
    Object.fromEntries(
      fields.split(', ').map((field) => {
        const [name = '', path = `.${name}`] = field.split(': ');
        return [name, at(row, path.slice(1).split('.'))];
      }),
    ),
  );
};

const at = (value: unknown, [key, ...rest]: string[]): unknown =>
  key === undefined || value === null || value === undefined ? value : at((value as Json)[key], rest);
