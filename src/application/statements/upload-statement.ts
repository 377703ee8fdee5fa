import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Actor } from '../../domain/orders/cause.js';
import type { StatementCheck } from '../../domain/statements/statement-check.js';
import type { Statement, StatementHeader } from '../../domain/statements/statement.js';
import { StatementFilesRepository } from '../../persistence/statements/statement-files.repository.js';
import {
  StatementsRepository,
  type Taken,
  type UploadKey,
} from '../../persistence/statements/statements.repository.js';
import { mappingFor } from './mapping-for.js';
import { readStatementFile } from './read-statement-file.js';
import { disagreementOf, invalid, refuseWrong } from './refuse-wrong.js';

/** Of the file, as it is kept: enough to pack well, little enough to hold. */
const PIECE_BYTES = 1024 * 1024;

const packed = promisify(gzip);

export interface Upload {
  readonly header: StatementHeader;
  /** Its end is the end of the file: a caller who breaks off makes it throw. */
  readonly file: AsyncIterable<Uint8Array>;
  /** Null: at the command line, where nothing is repeated blindly. */
  readonly upload: UploadKey | null;
  readonly by: Actor;
}

/**
 * Takes in a provider's statement: the file as it is, and every line of it, or nothing. Lines are written while they
 * arrive and are a statement by the last commit alone, so an upload that is broken off has changed nothing, and is
 * repeated from its beginning.
 */
@Injectable()
export class UploadStatement {
  constructor(
    private readonly statements: StatementsRepository,
    private readonly files: StatementFilesRepository,
  ) {}

  /** @returns the statement, checked; `replayed`: it was uploaded before, with this key. */
  async run(wanted: Upload): Promise<{ readonly statement: Statement; readonly replayed: boolean }> {
    const mapping = mappingFor(wanted.header);
    const earlier = await this.earlier(wanted);
    if (earlier) return { statement: earlier, replayed: true };

    const id = this.statements.nextId();
    const { header, upload, by } = wanted;
    const file = new KeptFile(wanted.file, (n, gz) => this.files.addPiece(id, n, gz));
    const check = await readStatementFile(file.read(), header, mapping, (lines) =>
      this.files.addLines(id, header.provider, lines),
    );
    const fileSha256 = await file.end();
    await this.refuseTaken(header, fileSha256);
    const status = isRight(header, check) ? 'checked' : 'refused';
    const made = { id, header, status, fileSha256, errors: check.errors, kinds: check.byKind(), upload } as const;
    const statement = await this.statements.add(made, by);
    if (statement) return { statement: refuseWrong(statement), replayed: false };

    await this.refuseTaken(header, fileSha256);
    throw new AppError('request_in_progress', 'The first request with this Idempotency-Key was still running.');
  }

  /** What the first upload under this key has come to. Throws for another file or other declarations, and for a refusal. */
  private async earlier({ upload, by, file }: Upload): Promise<Statement | null> {
    if (upload === null || by.by !== 'request') return null;
    const known = await this.statements.uploadedWith(by.keyId, upload.key);
    if (known === null) return null;
    const sha256 = createHash('sha256');
    for await (const bytes of file) sha256.update(bytes);
    const isSame =
      Buffer.from(known.fingerprint).equals(upload.fingerprint) && sha256.digest('hex') === known.statement.fileSha256;
    if (!isSame)
      throw new AppError('idempotency_key_reused', 'The Idempotency-Key was used before with another payload.');
    return refuseWrong(known.statement);
  }

  private async refuseTaken(header: StatementHeader, fileSha256: Uint8Array): Promise<void> {
    const taken = await this.statements.taken(header, fileSha256);
    if (taken) throw alreadyThere(taken);
  }
}

const isRight = (header: StatementHeader, check: StatementCheck): boolean =>
  invalid(check.errors) === null && disagreementOf(header, check.byKind()) === null;

const alreadyThere = ({ by, id }: Taken): AppError =>
  by === 'file'
    ? new AppError('statement_already_uploaded', `This file is statement ${id} already.`, { statementId: id })
    : new AppError('statement_number_taken', `This number is that of statement ${id}, from another file.`, {
        statementId: id,
      });

/** Passes a file on as it arrives, and keeps it in pieces on the way. */
class KeptFile {
  private readonly sha256 = createHash('sha256');
  private readonly source: AsyncIterator<Uint8Array>;
  private piece: Uint8Array[] = [];
  private size = 0;
  private count = 0;

  constructor(
    file: AsyncIterable<Uint8Array>,
    private readonly keep: (n: number, gz: Uint8Array) => Promise<void>,
  ) {
    this.source = file[Symbol.asyncIterator]();
  }

  /** A reader who stops early, at a file that cannot be read any further, does not end the file. */
  async *read(): AsyncGenerator<Uint8Array> {
    for (let next = await this.source.next(); next.done !== true; next = await this.source.next()) {
      await this.add(next.value);
      yield next.value;
    }
  }

  /** Reads what is left. @returns the hash over the whole file. */
  async end(): Promise<Uint8Array> {
    const rest = this.read();
    for (let next = await rest.next(); next.done !== true;) next = await rest.next();
    await this.store();
    return this.sha256.digest();
  }

  private async add(bytes: Uint8Array): Promise<void> {
    this.sha256.update(bytes);
    this.piece.push(bytes);
    this.size += bytes.length;
    if (this.size >= PIECE_BYTES) await this.store();
  }

  /** What was collected is taken out first: more may come while it is packed. */
  private async store(): Promise<void> {
    if (this.size === 0) return;
    const piece = Buffer.concat(this.piece);
    const n = this.count++;
    this.piece = [];
    this.size = 0;
    await this.keep(n, await packed(piece));
  }
}
