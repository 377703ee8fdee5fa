import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Statement } from '../../domain/statements/statement.js';
import { StatementsRepository, type StatementFilter } from '../../persistence/statements/statements.repository.js';

export type { StatementFilter };

/** Statements are of the whole gateway: a provider invoices an account, not a tenant. */
@Injectable()
export class FindStatement {
  constructor(private readonly statements: StatementsRepository) {}

  async run(id: string): Promise<Statement> {
    const statement = await this.statements.find(id);
    if (!statement) throw new AppError('statement_not_found', 'There is no such statement.');
    return statement;
  }

  /** Newest first. `next` is the position of the next page; null if this is the last one. */
  async page(
    filter: StatementFilter,
    before: string | null,
    limit: number,
  ): Promise<{ readonly statements: readonly Statement[]; readonly next: string | null }> {
    const found = await this.statements.list(filter, before, limit + 1);
    const statements = found.slice(0, limit);
    return { statements, next: found.length > limit ? (statements.at(-1)?.id ?? null) : null };
  }
}
