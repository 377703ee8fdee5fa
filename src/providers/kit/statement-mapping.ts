import { MASS_UNITS } from '../../domain/mass.js';
import {
  AMOUNTS,
  COLUMNS,
  DATE_FORMATS,
  DECIMALS,
  DELIMITERS,
  ENCODINGS,
  flawsOf,
  SIGNS,
  THOUSANDS,
  type Column,
  type StatementMapping,
} from '../../domain/statements/mapping.js';
import { UNIT_DECIMALS } from '../../domain/statements/numbers.js';
import { LINE_KINDS, type LineKind } from '../../domain/statements/statement.js';
import { decode, exactText, flag, nullable, object, oneOf, wholeNumber, type Decoder } from './decode.js';

const entries = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

/** A misspelt column would be read as one that is not there. */
const columns: Decoder<Readonly<Record<Column, string | null>>> = (value, path, unread) => {
  for (const [name] of entries(value)) oneOf(COLUMNS)(name, `${path}.${name}`, unread);
  const name = nullable(exactText);
  return object(Object.fromEntries(COLUMNS.map((column) => [column, name])) as Record<Column, typeof name>)(
    value,
    path,
    unread,
  );
};

const kinds: Decoder<ReadonlyMap<string, LineKind>> = (value, path, unread) =>
  new Map(entries(value).map(([theirs, ours]) => [theirs, oneOf(LINE_KINDS)(ours, `${path}.${theirs}`, unread)]));

const mapping: Decoder<StatementMapping> = object({
  name: exactText,
  source: exactText,
  encoding: oneOf(ENCODINGS),
  delimiter: oneOf(DELIMITERS),
  decimal: oneOf(DECIMALS),
  thousands: oneOf(THOUSANDS),
  dateFormat: oneOf(DATE_FORMATS),
  unit: nullable(oneOf(MASS_UNITS)),
  amount: oneOf(AMOUNTS),
  amountDecimals: wholeNumber(0, UNIT_DECIMALS),
  isInCents: flag,
  sign: oneOf(SIGNS),
  columns,
  kinds,
});

/** Reads a mapping file. Throws for one that is none, so that no gateway starts with it. */
export const statementMappingFrom = (file: unknown): StatementMapping => {
  const read = decode(mapping, file);
  const flaws = flawsOf(read);
  if (flaws.length > 0) throw new Error(`the mapping ${read.name} of statements: ${flaws.join('; ')}`);
  return read;
};
