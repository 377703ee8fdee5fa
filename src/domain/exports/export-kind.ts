import { csvLine, textCell } from './csv.js';

/** One column of an export. Its place and its name stay: programs of others read them. */
export interface Column<Row> {
  readonly name: string;
  readonly means: string;
  /** Null: not known, or none. */
  readonly of: (row: Row) => string | null;
  /** A decimal or a time of ours, which no spreadsheet mistakes for a formula. */
  readonly isPlain?: true;
}

/** What an export has in each line. */
export interface ExportKind<Row> {
  readonly means: string;
  /** Of providers and what they send, and so of all tenants: for nobody who sees one tenant alone. */
  readonly isOfGateway?: true;
  readonly columns: readonly Column<Row>[];
  /** What is not known of a row and should be: counted, never guessed. */
  readonly missingOf: (row: Row) => readonly string[];
}

export const headerOf = <Row>({ columns }: Pick<ExportKind<Row>, 'columns'>): string =>
  csvLine(columns.map(({ name }) => name));

export const lineOf = <Row>({ columns }: Pick<ExportKind<Row>, 'columns'>, row: Row): string =>
  csvLine(columns.map(({ of, isPlain }) => (isPlain ? of(row) : textCell(of(row)))));

export const text = <Row>(name: string, means: string, of: Column<Row>['of']): Column<Row> => ({ name, means, of });

export const plain = <Row>(name: string, means: string, of: Column<Row>['of']): Column<Row> => ({
  name,
  means,
  of,
  isPlain: true,
});

/** For programs, with the names in order. None is empty. */
export const labelsText = (labels: Readonly<Record<string, string>>): string | null => {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length === 0 ? null : JSON.stringify(Object.fromEntries(sorted));
};
