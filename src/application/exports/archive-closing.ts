import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import { closingText, sumsText } from '../../domain/exports/evidence.js';
import { TAR_END, tarHeader, tarPadding } from '../../domain/exports/ustar.js';
import type { Closing } from '../../domain/periods/closing.js';
import type { MonthId } from '../../domain/periods/month.js';
import { ExportsRepository } from '../../persistence/exports/exports.repository.js';
import { ClosingsRepository } from '../../persistence/periods/closings.repository.js';
import { PeriodsRepository } from '../../persistence/periods/periods.repository.js';
import { StatementFilesRepository } from '../../persistence/statements/statement-files.repository.js';
import { noSuchPeriod } from '../ledger/list-transfers.js';
import { storedGzip } from './stored-gzip.js';

/** An archive that is ready to be sent. */
export interface ReadyEvidence {
  /** Without what it ends with: evidence-2026-11-v1 */
  readonly name: string;
  readonly files: number;
  /** Of the list of all its files with their hashes. */
  readonly sumsSha256: Uint8Array;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** A file of it, as gzip members that are kept, or are the same whenever they are made. */
interface EvidenceFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: Uint8Array;
  readonly packed: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * What a closing rests on, in one archive: its exports as they were kept, the files of its statements as they were received,
 * how it was closed, and the SHA-256 of each. Pieces are passed on as they are kept, packed, and nothing is compressed
 * anew, so that it is the same bytes for ever, whatever is closed, reversed or installed later.
 */
@Injectable()
export class ArchiveClosing {
  constructor(
    private readonly periods: PeriodsRepository,
    private readonly closings: ClosingsRepository,
    private readonly exports: ExportsRepository,
    private readonly statements: StatementFilesRepository,
  ) {}

  /** `version`: of the closing; left out, the latest one of a month that is closed. Throws `period_not_found`. */
  async run(periodId: MonthId, version: number | undefined): Promise<ReadyEvidence> {
    const period = await this.periods.find(periodId);
    if (!period) throw noSuchPeriod();
    const wanted = version ?? (period.status === 'closed' ? period.version : null);
    if (wanted === null) throw new AppError('period_not_found', 'The month is open, and evidence is of a closing.');
    const closing = await this.closings.closed(periodId, wanted);
    if (!closing) throw new AppError('period_not_found', `The month was closed ${period.version} times.`);
    const name = `evidence-${periodId}-v${wanted}`;
    const files = [
      ...(await this.exportsOf(closing)),
      ...(await this.statementsOf(closing)),
      inMemory('closing.json', closingText(closing)),
    ];
    const sums = inMemory('SHA256SUMS', sumsText(files));
    return { name, files: files.length, sumsSha256: sums.sha256, bytes: archive(name, [...files, sums], closing.at) };
  }

  private async exportsOf({ periodId, version }: Closing): Promise<readonly EvidenceFile[]> {
    const kept = await this.exports.files(periodId, version);
    return kept.map(({ kind, header, sha256, linesSize }) => ({
      path: `${kind}.csv`,
      size: Buffer.byteLength(header) + linesSize,
      sha256,
      packed: () => headed(header, this.exports.chunks({ periodId, version, kind }, 'all_tenants')),
    }));
  }

  private async statementsOf({ statements }: Closing): Promise<readonly EvidenceFile[]> {
    const kept = await this.statements.files(statements);
    return kept.map(({ id, size, sha256 }) => ({
      path: `statements/${id}.csv`,
      size,
      sha256,
      packed: () => this.statements.pieces(id),
    }));
  }
}

const inMemory = (path: string, text: string): EvidenceFile => {
  const bytes = Buffer.from(text);
  return {
    path,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest(),
    packed: () => [storedGzip(bytes)],
  };
};

async function* headed(header: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield storedGzip(Buffer.from(header));
  yield* chunks;
}

async function* archive(name: string, files: readonly EvidenceFile[], at: Date): AsyncGenerator<Uint8Array> {
  for (const { path, size, packed } of files) {
    yield storedGzip(tarHeader(`${name}/${path}`, size, at));
    yield* packed();
    yield storedGzip(tarPadding(size));
  }
  yield storedGzip(TAR_END);
}
