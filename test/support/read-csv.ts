import { parse } from 'csv-parse/sync';

/** An export as a program of somebody else reads it: rows by the names in its first line. Throws where it is not RFC 4180. */
export const readCsv = (file: string): readonly Readonly<Record<string, string>>[] => {
  if (!file.endsWith('\r\n')) throw new Error('the last line has no end');
  return parse<Readonly<Record<string, string>>>(file, { columns: true, record_delimiter: '\r\n' });
};
