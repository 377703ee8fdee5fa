/** A value of a line; null is empty. */
export type Cell = string | null;

/** What a spreadsheet takes for the begin of a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * A text, as a cell that no spreadsheet computes. Reading it back, take the apostrophe away where what follows begins so.
 * Numbers are no texts: a minus before them stays.
 */
export const textCell = (text: string | null): Cell => (text !== null && FORMULA.test(text) ? `'${text}` : text);

/** A line of RFC 4180, with its CRLF. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(written).join(',')}\r\n`;

const written = (cell: Cell): string => {
  if (cell === null) return '';
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
};
