import { isDeepStrictEqual } from 'node:util';
import type { Answer } from '../support/relay.js';
import { jsonOf, withBody, type Alteration } from './altered-answer.js';

/** What can be altered in the fields of an answer, taken from the fields that it has. */

type Path = readonly (string | number)[];
type Container = Record<string | number, unknown>;

/** Acts on a terminal, turns text around, begins a line of its own in a log, and is markup. */
const HOSTILE = '\x1b[31m\u202eplaced\u0000\r\n{"level":"fatal"}\u2028<script>alert(1)</script>\ud800';

const MISSING = Symbol('missing');

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (isContainer(inner) ? inner[key] : undefined), value);

/** A copy with another value in one place; as it is where it has no such place. */
const replaced = (value: unknown, path: Path, by: (old: unknown) => unknown): unknown => {
  const copy = structuredClone(value);
  const holder = at(copy, path.slice(0, -1));
  const key = path.at(-1);
  if (!isContainer(holder) || key === undefined) return copy;
  const next = by(holder[key]);
  if (next !== MISSING) holder[key] = next;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return copy;
};

/** Every place in the answer. Of a list, the places of its first row, which is the one that a case is about. */
const pathsOf = (value: unknown, path: Path = []): Path[] => {
  const inner = Array.isArray(value)
    ? value.slice(0, 1).flatMap((row: unknown) => pathsOf(row, [...path, 0]))
    : isContainer(value)
      ? Object.entries(value).flatMap(([key, field]) => pathsOf(field, [...path, key]))
      : [];
  return path.length === 0 ? inner : [path, ...inner];
};

const ISO_TIME = /^\d{4}-\d\d-\d\dT/;

const ofNumber = (n: number): readonly (readonly [string, unknown])[] => [
  ['a thousandth of it', n / 1_000],
  ['a thousand of it', n * 1_000],
  ['a little more', n + 1],
  ['a hundredth more', Math.round(n * 100 + 1) / 100],
  ['a thousandth more', Math.round(n * 1_000 + 1) / 1_000],
  ['a millionth more', Math.round(n * 1_000_000 + 1) / 1_000_000],
  ['less than nothing', -n],
  ['0', 0],
  ['1e308', 1e308],
  ['the same as a text', String(n)],
  ['"NaN"', 'NaN'],
];

const ofText = (text: string): readonly (readonly [string, unknown])[] => [
  ['an empty text', ''],
  ['a number', 42],
  // Another page, or none, is as good as the true one for all that can be told.
  ...(/^https?:/.test(text) ? [] : ([['other case', inOtherCase(text)]] as const)),
  ['a space at its end', `${text} `],
  ['a hostile text', HOSTILE],
  ...(ISO_TIME.test(text)
    ? ([
        ['a day that there is not', '2026-02-30T00:00:00.000Z'],
        ['a far day', '9999-12-31T23:59:59.999Z'],
        ['1970', '1970-01-01T00:00:00.000Z'],
        ['a word', 'yesterday'],
      ] as const)
    : []),
  ...(/^\d+(\.\d+)?$/.test(text)
    ? ([
        ['a little more', String(Number(text) + 1)],
        ['less than nothing', `-${text}`],
        ['"NaN"', 'NaN'],
        ['another notation', `${text}e0`],
      ] as const)
    : []),
  ...(/^usd$/iu.test(text) ? ([['another currency', 'eur']] as const) : []),
  ...(/ord_[0-9a-z]{26}/.test(text)
    ? ([
        ['the reference of another order', text.replace(/ord_[0-9a-z]{26}/, 'ord_00000000000000000000000000')],
      ] as const)
    : []),
];

const inOtherCase = (text: string): string => (text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase());

const valuesFor = (value: unknown): readonly (readonly [string, unknown])[] => {
  const always = [
    ['nothing', MISSING],
    ['null', null],
  ] as const;
  const others = [
    ['an object', JSON.parse('{"__proto__":{"a":1},"constructor":1}')],
    ['a list', [1]],
  ] as const;
  if (typeof value === 'number') return [...always, others[0], ...ofNumber(value)];
  if (typeof value === 'string') return [...always, others[0], ...ofText(value)];
  if (typeof value === 'boolean') return [...always, ['the contrary', !value], ['its word', String(value)]];
  if (Array.isArray(value)) return [...always, others[0], ['a text', 'x'], ['rows of null', [null]], ['no rows', []]];
  return isContainer(value)
    ? [...always, others[1], ['a text', 'x'], ['no fields', {}]]
    : [
        ['a number', 42],
        ['a text', 'x'],
      ];
};

const isId = (path: Path): boolean => /^(id|transaction_id|payment_id|sourceId|project_id)$/.test(String(path.at(-1)));

/** What the value is altered to depends on what it is at the time, because an endpoint may be asked about several things. */
const field = (path: Path, name: string, value: unknown): Alteration => ({
  what: `${path.join('.')}: ${name}`,
  alter: (answer) => {
    const next = (old: unknown): unknown => (valuesFor(old).find(([each]) => each === name) ?? [name, value])[1];
    return { bytes: withJson(answer, replaced(jsonOf(answer), path, next)) };
  },
});

const withJson = (answer: Answer, json: unknown): Buffer =>
  withBody(answer, json === undefined ? '' : JSON.stringify(json));

const anotherId = (path: Path): Alteration => ({
  what: `${path.join('.')}: the id of another order of ours`,
  needsNeighbour: true,
  alter: (answer, { neighbour }) => ({
    bytes: withJson(
      answer,
      replaced(jsonOf(answer), path, () => neighbour),
    ),
  }),
});

const rowsIn = (json: unknown): { readonly rows: readonly unknown[]; readonly path: Path } | null => {
  if (Array.isArray(json)) return { rows: json, path: [] };
  const rows = at(json, ['data']);
  return Array.isArray(rows) ? { rows, path: ['data'] } : null;
};

const list = (what: string, alter: (rows: readonly unknown[]) => unknown): Alteration => ({
  what,
  alter: (answer) => ({ bytes: withRows(answer, alter) }),
});

/** So many pages are more than any machine reads within the deadlines of one order's calls. */
export const ENDLESS = 20_000;

/** A list whose every page is the first, or nearly. */
const endless = (what: string, alter: (rows: readonly unknown[]) => unknown): Alteration => ({
  what,
  stalls: true,
  times: ENDLESS,
  alter: (_, { first }) => ({ bytes: withRows(first, alter) }),
});

const withRows = (answer: Answer, alter: (rows: readonly unknown[]) => unknown): Buffer => {
  const json = jsonOf(answer);
  const known = rowsIn(json);
  const rows = alter(known?.rows ?? []);
  return withJson(answer, known === null || known.path.length === 0 ? rows : replaced(json, known.path, () => rows));
};

/** What any of the providers shows a text of ours in. */
const withoutTexts = (row: unknown): unknown =>
  isContainer(row)
    ? Object.fromEntries(Object.entries(row).filter(([key]) => !/^(metadata|description)$/.test(key)))
    : row;

const renamed = (row: unknown, by: string): unknown =>
  ['id', 'transaction_id', 'sourceId', 'project_id'].reduce<unknown>(
    (changed, key) => (isContainer(changed) && typeof changed[key] === 'string' ? { ...changed, [key]: by } : changed),
    row,
  );

const LISTS: readonly Alteration[] = [
  list('the first row twice', (rows) => [...rows.slice(0, 1), ...rows]),
  list('every row ten times', (rows) => rows.flatMap((row) => Array<unknown>(10).fill(row))),
  list('rows that are no objects between', (rows) => [null, 42, 'x', [], ...rows, {}]),
  list('oldest first', (rows) => rows.toReversed()),
  list('1,200 rows of others', (rows) => [
    ...rows,
    ...Array.from({ length: 1_200 }, () => ({ id: 'foreign', note: 'x' })),
  ]),
  list('rows without the texts that were sent along', (rows) => rows.map(withoutTexts)),
  endless('the same page again and again', (rows) => rows),
  endless('a page that has the first row under another id, again and again', (rows) =>
    rows.slice(0, 1).map((row) => renamed(row, `copy_${Math.random().toString(36).slice(2)}`)),
  ),
];

/** Alterations of the fields of such an answer. None for one without JSON. */
export const fieldAlterations = (answer: Answer): readonly Alteration[] => {
  const json = jsonOf(answer);
  if (!isContainer(json)) return [];
  const fields = pathsOf(json).flatMap((path) => [
    ...valuesFor(at(json, path))
      .filter(([, value]) => !isDeepStrictEqual(value, at(json, path)))
      .map(([name, value]) => field(path, name, value)),
    ...(isId(path) && typeof at(json, path) === 'string' ? [anotherId(path)] : []),
  ]);
  return [...fields, ...(rowsIn(json) ? LISTS : [])];
};
