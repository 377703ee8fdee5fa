/** A variable that is set and that nothing here reads. */
export interface UnreadVariable {
  readonly name: string;
  /** What was probably meant; null if nothing is near. */
  readonly meant: string | null;
}

/** One line, without the value. */
export const explainUnread = ({ name, meant }: UnreadVariable): string =>
  `${name} is not read${meant === null ? '; .env.example lists what is' : `; did you mean ${meant}?`}`;

/** So many letters may differ where the rest of the name says whose it is, and where it does not. */
const MAX_TYPOS = { ours: 5, foreign: 2 };

/** Shorter names are near too many others: HOME and HOST. */
const MIN_LENGTH = 6;

/** What Kubernetes sets for a service that happens to have the name of one of our prefixes. */
const SERVICE_LINK = /_(SERVICE_(HOST|PORT\w*)|PORT|PORT_\d+_(TCP|UDP)\w*)$/;

/**
 * The set variables that look like ours and are not: those that begin as only ours do, and those that are a slip or a
 * prefix away from one. A foreign variable may look the same, so this is for telling, not for refusing.
 * @param prefixes what only our variables begin with, such as `CNAUGHT_`
 */
export const unreadVariables = (
  env: NodeJS.ProcessEnv,
  known: ReadonlySet<string>,
  prefixes: readonly string[],
): UnreadVariable[] =>
  Object.keys(env)
    .filter((name) => env[name] !== '' && !known.has(name) && !SERVICE_LINK.test(name))
    .flatMap((name) => {
      const upper = name.toUpperCase();
      const prefix = prefixes.find((each) => upper.startsWith(each)) ?? null;
      const meant = known.has(upper) ? upper : (withoutPrefix(upper, known) ?? nearest(upper, prefix, known));
      return meant === null && prefix === null ? [] : [{ name, meant }];
    });

/** `GATEWAY_DATABASE_URL`, as other programs would have it. */
const withoutPrefix = (name: string, known: ReadonlySet<string>): string | null => {
  const rest = name.replace(/^(OFFSET_)?GATEWAY_/, '');
  return rest !== name && known.has(rest) ? rest : null;
};

const nearest = (name: string, prefix: string | null, known: ReadonlySet<string>): string | null => {
  if (name.length < MIN_LENGTH) return null;
  const most = prefix === null ? Math.min(MAX_TYPOS.foreign, Math.floor(name.length / 4)) : MAX_TYPOS.ours;
  const [best] = [...known]
    .filter((each) => each.length >= MIN_LENGTH && (!prefix || each.startsWith(prefix)))
    // Each letter more or less is a slip. To compare all names with all variables takes longer than to start a command.
    .filter((each) => Math.abs(each.length - name.length) <= most)
    .map((each) => ({ each, typos: typosBetween(name, each) }))
    .sort((a, b) => a.typos - b.typos);
  return best && best.typos <= most ? best.each : null;
};

/** Letters to add, to leave out or to exchange; two that have changed places are one (optimal string alignment). */
const typosBetween = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= a.length; row++) {
    rows[row] = [row];
    for (let column = 1; column <= b.length; column++) {
      const exchanged = at(row - 1, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped =
        a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1] ? at(row - 2, column - 2) + 1 : Infinity;
      (rows[row] as number[])[column] = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, exchanged, swapped);
    }
  }
  return at(a.length, b.length);
};
