import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Statement } from '../../domain/statements/statement.js';
import { StatementFilesRepository, type LinkedLine } from '../../persistence/statements/statement-files.repository.js';
import { StatementsRepository, type Posting } from '../../persistence/statements/statements.repository.js';
import { FindStatement } from './find-statement.js';

export type { LinkedLine, Posting };

const unpacked = promisify(gunzip);

/** What is in a statement. What was refused is with whoever sent it. */
@Injectable()
export class ReadStatement {
  constructor(
    private readonly find: FindStatement,
    private readonly files: StatementFilesRepository,
    private readonly statements: StatementsRepository,
  ) {}

  /** By their place in the file. `next` is the last line of this page; null if there are no more. */
  async lines(
    id: string,
    after: number | null,
    limit: number,
  ): Promise<{ readonly statement: Statement; readonly lines: readonly LinkedLine[]; readonly next: number | null }> {
    const statement = await this.kept(id);
    const found = await this.files.lines(id, after ?? 0, limit + 1);
    const lines = found.slice(0, limit);
    return { statement, lines, next: found.length > limit ? (lines.at(-1)?.line ?? null) : null };
  }

  /** What its acceptance would post now; of one that was accepted, what it and its reversal have posted. */
  async postings(id: string): Promise<{ readonly statement: Statement; readonly postings: readonly Posting[] }> {
    const statement = await this.kept(id);
    return { statement, postings: await this.statements.postings(statement) };
  }

  /** The file as it was received, byte for byte. */
  async file(id: string): Promise<{ readonly statement: Statement; readonly bytes: AsyncIterable<Uint8Array> }> {
    return { statement: await this.kept(id), bytes: this.bytes(id) };
  }

  private async *bytes(id: string): AsyncGenerator<Uint8Array> {
    for await (const piece of this.files.pieces(id)) yield await unpacked(piece);
  }

  private async kept(id: string): Promise<Statement> {
    const statement = await this.find.run(id);
    if (statement.status === 'refused')
      throw new AppError('statement_file_gone', 'The statement was refused, and nothing of its file is kept.');
    return statement;
  }
}
