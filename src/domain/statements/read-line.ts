import { MAX_GRAMS, type MassUnit } from '../mass.js';
import { dayReader, daysAfter } from './days.js';
import type { LineRule } from './line-rules.js';
import type { Column, StatementMapping } from './mapping.js';
import { amountReader, GRAM_DECIMALS, numberReader } from './numbers.js';
import { KINDS_IN, type LineKind, type StatementHeader, type StatementLine } from './statement.js';

/** One record of a CSV file: where it begins, and its cells. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** What a line lacks. */
export interface CellError {
  readonly column: string | null;
  readonly rule: LineRule;
}

export type LineReader = (record: CsvRecord) => StatementLine | readonly CellError[];

/** How far a line may lie outside of what its document covers: clocks of other time zones, and a posting over a weekend. */
const COVERS_MARGIN_DAYS = 3;

const MAX_ID = 200;
const MAX_DESCRIPTION = 2_000;

// Tabs and line feeds may stand in a quoted text; a carriage return only before a line feed.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\r(?!\n)/;

/** Where each column that is read stands, from 0; null for none. */
export type Places = Readonly<Record<Column, number | null>>;

/** Reads the first line. */
export const placesFrom = (
  { cells }: CsvRecord,
  { columns }: Pick<StatementMapping, 'columns'>,
): Places | readonly CellError[] => {
  const names = cells.map((cell) => cell.trim());
  const known = new Set(Object.values(columns));
  const errors: CellError[] = [
    ...names.flatMap((name, place) =>
      names.indexOf(name) < place
        ? [{ column: known.has(name) ? name : `#${place + 1}`, rule: 'header_repeated' as const }]
        : [],
    ),
    ...Object.values(columns)
      .filter((name) => name !== null && !names.includes(name))
      .map((column) => ({ column, rule: 'header_missing' as const })),
  ];
  if (errors.length > 0) return errors;
  return Object.fromEntries(
    Object.entries(columns).map(([column, name]) => [column, name === null ? null : names.indexOf(name)]),
  ) as Record<Column, number | null>;
};

/** Reads the lines below the first. Every error of a line is told, and one of them means that there is no line. */
export const lineReader = (
  header: StatementHeader,
  mapping: StatementMapping,
  places: Places,
  width: number,
): LineReader => {
  const readNumber = numberReader(mapping);
  const readAmount = amountReader(mapping);
  const earliest = header.coversFrom && daysAfter(header.coversFrom, -COVERS_MARGIN_DAYS);
  const latest = header.coversTo && daysAfter(header.coversTo, COVERS_MARGIN_DAYS);
  const dayOf = dayReader(mapping.dateFormat);
  const theirs = mapping.columns;

  return ({ line, cells }) => {
    if (cells.length !== width) return [{ column: null, rule: 'wrong_column_count' }];
    const errors: CellError[] = [];
    const refuse = (column: Column, rule: LineRule): null => {
      errors.push({ column: theirs[column], rule });
      return null;
    };
    const cell = (column: Column): string => {
      const place = places[column];
      return place === null ? '' : (cells[place] ?? '').trim();
    };

    const readText = (column: Column, longest: number): string | null => {
      const text = cell(column);
      if (text.length > longest) return refuse(column, 'text_too_long');
      return text === '' ? null : text;
    };
    const readKind = (): LineKind | null => {
      const kind = mapping.kinds.get(cell('kind'));
      if (kind === undefined) return refuse('kind', cell('kind') === '' ? 'cell_missing' : 'kind_unknown');
      return KINDS_IN[header.document].includes(kind) ? kind : refuse('kind', 'kind_not_in_document');
    };
    const readMoney = (column: 'amount' | 'tax'): bigint | null => {
      const amount = readAmount(cell(column));
      if (typeof amount === 'bigint') return amount;
      if (cell(column) === '') return refuse(column, 'cell_missing');
      return refuse(column, amount === 'too_fine' ? 'amount_too_fine' : 'amount_malformed');
    };
    const readUnit = (): MassUnit | null => {
      if (mapping.unit !== null) return mapping.unit;
      const unit = cell('unit');
      return unit === 'g' || unit === 'kg' || unit === 't' ? unit : refuse('unit', 'unit_unknown');
    };
    const readGrams = (): bigint | null => {
      if (cell('quantity') === '') return null;
      const unit = readUnit();
      if (unit === null) return null;
      const mass = readNumber(cell('quantity'), GRAM_DECIMALS[unit]);
      return typeof mass === 'bigint' && mass >= 0n && mass <= MAX_GRAMS
        ? mass
        : refuse('quantity', 'quantity_malformed');
    };
    const readDay = (): string | null => {
      const day = dayOf(cell('date'));
      if (day === null) return refuse('date', cell('date') === '' ? 'cell_missing' : 'date_malformed');
      const isOutside = (earliest !== null && day < earliest) || (latest !== null && day > latest);
      return isOutside ? refuse('date', 'date_outside') : day;
    };

    cells.forEach((text, place) => {
      if (CONTROL.test(text)) errors.push({ column: nameAt(mapping, places, place), rule: 'control_character' });
    });
    const kind = readKind();
    const amount = readMoney('amount');
    const tax = places.tax === null ? 0n : readMoney('tax');
    if (places.currency !== null && cell('currency') !== header.currency)
      refuse('currency', cell('currency') === '' ? 'cell_missing' : 'currency_differs');
    const read = {
      lineId: readText('line_id', MAX_ID),
      providerOrderId: readText('provider_order_id', MAX_ID),
      reference: readText('reference', MAX_ID),
      projectId: readText('project_id', MAX_ID),
      grams: readGrams(),
      description: readText('description', MAX_DESCRIPTION),
    };
    const occurredOn = readDay();
    if (kind === null || amount === null || tax === null || occurredOn === null || errors.length > 0) return errors;

    const towards = mapping.sign === 'signed' && (kind === 'credit' || kind === 'payment') ? -1n : 1n;
    const net = towards * (mapping.amount === 'net' ? amount : amount - tax);
    if (net < 0n || towards * tax < 0n) return [{ column: theirs.amount, rule: 'sign_wrong' }];
    return { line, kind, ...read, netUnits: net, taxUnits: towards * tax, occurredOn };
  };
};

const nameAt = ({ columns }: StatementMapping, places: Places, place: number): string => {
  const column = Object.entries(places).find(([, at]) => at === place)?.[0] as Column | undefined;
  return (column && columns[column]) ?? `#${place + 1}`;
};
