import { hash } from 'node:crypto';
import { AppError } from '../../domain/errors.js';
import type { StatementMapping } from '../../domain/statements/mapping.js';
import { StatementCheck, type KeyedLine } from '../../domain/statements/statement-check.js';
import type { StatementHeader } from '../../domain/statements/statement.js';
import { csvRecords, UnreadableFile } from './csv-records.js';

const MAX_BYTES = 256 * 1024 * 1024;
const MAX_LINES = 2_000_000;

/** Lines that are handed on at a time: enough that a statement of the database costs little of each. */
const BATCH = 2_000;

/**
 * Reads a file to its end, or to where it cannot be read any further. Lines are handed on in batches, as long as nothing is
 * wrong; they stand only if nothing is wrong in the end. `take` tells which of them stand in another statement already.
 */
export const readStatementFile = async (
  source: AsyncIterable<Uint8Array>,
  header: StatementHeader,
  mapping: StatementMapping,
  take: (lines: readonly KeyedLine[]) => Promise<readonly number[]> = async () => [],
): Promise<StatementCheck> => {
  const check = new StatementCheck(header, mapping, (text) => hash('sha256', text, 'buffer'));
  let batch: KeyedLine[] = [];
  let taking: ReturnType<typeof take> = Promise.resolve([]);
  const taken = async (): Promise<void> => {
    for (const line of await taking) check.refuse('line_known', line);
  };
  // The next lines are read while these are taken.
  const handOn = async (): Promise<void> => {
    await taken();
    taking = check.errors.length === 0 ? take(batch) : Promise.resolve([]);
    // Nobody waits for it, should the reading stop here.
    taking.catch(() => undefined);
    batch = [];
  };
  let records = 0;
  try {
    for await (const record of csvRecords(limited(source), mapping)) {
      if ((records += 1) > MAX_LINES + 1) throw tooLarge(`A statement may have at most ${MAX_LINES} lines.`);
      const line = check.take(record);
      if (line) batch.push(line);
      if (batch.length === BATCH) await handOn();
    }
    if (batch.length > 0) await handOn();
  } catch (thrown) {
    if (!(thrown instanceof UnreadableFile)) throw thrown;
    check.refuse(thrown.rule, thrown.line);
  }
  await taken();
  check.end();
  return check;
};

async function* limited(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const bytes of source) {
    if ((size += bytes.length) > MAX_BYTES) throw tooLarge('The file of a statement may have at most 256 MiB.');
    yield bytes;
  }
}

const tooLarge = (why: string): AppError =>
  new AppError('statement_too_large', `${why} Ask the provider for two, or split the document by its days.`);
