import { pipeline } from 'node:stream';
import { CsvError, parse, type Parser } from 'csv-parse';
import type { LineRule } from '../../domain/statements/line-rules.js';
import type { StatementMapping } from '../../domain/statements/mapping.js';
import type { CsvRecord } from '../../domain/statements/read-line.js';

/** Longer lines are no statement, and would be held in memory. */
const MAX_LINE_CHARACTERS = 65_536;

/** The file cannot be read any further. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';

  constructor(
    readonly rule: LineRule,
    readonly line: number | null,
  ) {
    super(`the file cannot be read: ${rule}`);
  }
}

/**
 * The records of a CSV file, as it arrives; empty lines are left out. It is read no faster than they are taken. Throws
 * UnreadableFile, and what the source throws.
 */
export async function* csvRecords(
  source: AsyncIterable<Uint8Array>,
  { encoding, delimiter }: Pick<StatementMapping, 'encoding' | 'delimiter'>,
): AsyncGenerator<CsvRecord> {
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n'],
    // How many cells a line must have is told with all other errors of the file.
    relax_column_count: true,
    max_record_size: MAX_LINE_CHARACTERS,
  });
  pipeline(decoded(source, encoding), parser, () => undefined);
  let line = 1;
  try {
    for await (const cells of parser as AsyncIterable<readonly string[]>) {
      if (cells.length > 1 || cells[0] !== '') yield { line, cells };
      line += 1 + breaksIn(cells);
    }
  } catch (thrown) {
    throw thrown instanceof CsvError ? unreadable(thrown, parser) : thrown;
  }
}

/** Line feeds within quotation marks. */
const breaksIn = (cells: readonly string[]): number =>
  cells.reduce((breaks, cell) => (cell.includes('\n') ? breaks + cell.split('\n').length - 1 : breaks), 0);

async function* decoded(
  source: AsyncIterable<Uint8Array>,
  encoding: StatementMapping['encoding'],
): AsyncGenerator<string> {
  // Fatal: a byte that is no character of the encoding must not become a question mark. A byte order mark is dropped.
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new UnreadableFile('not_decodable', null);
    }
  };
  for await (const bytes of source) yield decode(bytes);
  yield decode();
}

const unreadable = ({ code }: CsvError, { info }: Parser): UnreadableFile =>
  new UnreadableFile(code === 'CSV_MAX_RECORD_SIZE' ? 'line_too_long' : 'quotes_wrong', info.lines);
