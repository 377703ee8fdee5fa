/** A file of RFC 4180 as a program of somebody else reads it: rows by the names in its first line. Throws where it is none. */
export const readCsv = (file: string): readonly Readonly<Record<string, string>>[] => {
  if (!file.endsWith('\r\n')) throw new Error('the last line has no end');
  const [header = [], ...lines] = [...file.matchAll(LINE)].map(([line]) => cellsOf(line.slice(0, -2)));
  const size = lines.reduce((sum, line) => sum + line.length, 0);
  if (size !== lines.length * header.length) throw new Error('lines are not of the same length');
  return lines.map((line) => Object.fromEntries(header.map((name, index) => [name, line[index] ?? ''])));
};

const LINE = /(?:"(?:[^"]|"")*"|[^"\r\n])*\r\n/g;

const cellsOf = (line: string): string[] =>
  [...`${line},`.matchAll(/("(?:[^"]|"")*"|[^",]*),/g)].map(([, cell = '']) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
  );
