import type { MassUnit } from '../mass.js';
import type { LineKind } from './statement.js';

export const ENCODINGS = ['utf-8', 'utf-16le', 'windows-1252', 'iso-8859-15'] as const;
export const DELIMITERS = [',', ';', '\t', '|'] as const;
export const DECIMALS = ['.', ','] as const;
/** Empty: the digits of thousands are not set apart. */
export const THOUSANDS = ['', '.', ',', ' ', "'"] as const;
export const DATE_FORMATS = ['YYYY-MM-DD', 'DD/MM/YYYY', 'MM/DD/YYYY', 'DD.MM.YYYY'] as const;
export type DateFormat = (typeof DATE_FORMATS)[number];
export const AMOUNTS = ['net', 'gross'] as const;
/** Whether credits and payments are written with a minus. */
export const SIGNS = ['signed', 'unsigned'] as const;

/** What we read of a line. */
export const COLUMNS = [
  'line_id',
  'kind',
  'provider_order_id',
  'reference',
  'project_id',
  'quantity',
  'unit',
  'amount',
  'tax',
  'currency',
  'date',
  'description',
] as const;
export type Column = (typeof COLUMNS)[number];

export interface NumberFormat {
  readonly decimal: (typeof DECIMALS)[number];
  readonly thousands: (typeof THOUSANDS)[number];
}

/**
 * How a file of one format and version is read. Nothing is found out from the file: what it does not declare here, such as
 * which of 1.234 and 1,234 is a thousand, would be guessed.
 */
export interface StatementMapping extends NumberFormat {
  /** With its version, such as canonical-1. What a name meant once, it means for good: lines were read by it. */
  readonly name: string;
  /** Where the format comes from, and what of it is assumed. */
  readonly source: string;
  readonly encoding: (typeof ENCODINGS)[number];
  readonly delimiter: (typeof DELIMITERS)[number];
  readonly dateFormat: DateFormat;
  /** Of quantities; null: a column says so in each line. */
  readonly unit: MassUnit | null;
  readonly amount: (typeof AMOUNTS)[number];
  /** How many decimals an amount may have: 2 for money as invoices have it, 6 where parts of a cent are told. */
  readonly amountDecimals: number;
  /** Whether amounts are whole cents, without a decimal. */
  readonly isInCents: boolean;
  readonly sign: (typeof SIGNS)[number];
  /** Their name of each column that is read; null for none. */
  readonly columns: Readonly<Record<Column, string | null>>;
  /** Our word for each of theirs. */
  readonly kinds: ReadonlyMap<string, LineKind>;
}

/** What a mapping lacks to be one, as sentences; empty for nothing. */
export const flawsOf = (mapping: StatementMapping): readonly string[] => {
  const { columns, decimal, thousands, unit } = mapping;
  const theirs = Object.values(columns).filter((name) => name !== null);
  return [
    ...(['kind', 'amount', 'date'] as const)
      .filter((column) => columns[column] === null)
      .map((column) => `columns.${column} must be named`),
    ...(new Set(theirs).size < theirs.length ? ['columns must not name one column twice'] : []),
    ...(columns.quantity !== null && (unit === null) === (columns.unit === null)
      ? ['unit must be declared once: for all lines, or as a column']
      : []),
    ...(columns.quantity === null && (unit ?? columns.unit) !== null ? ['unit is of no quantity'] : []),
    ...(thousands === decimal ? ['thousands must differ from decimal'] : []),
    ...(mapping.kinds.size === 0 ? ['kinds must name one'] : []),
    ...(mapping.isInCents && mapping.amountDecimals !== 0 ? ['amountDecimals must be 0 where amounts are cents'] : []),
  ];
};
