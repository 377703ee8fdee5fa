import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Actor } from '../../domain/orders/cause.js';
import type { Statement } from '../../domain/statements/statement.js';
import { StatementsRepository } from '../../persistence/statements/statements.repository.js';
import { FindStatement } from './find-statement.js';

/** A person has seen what a checked statement comes to, and it counts from now on. */
@Injectable()
export class AcceptStatement {
  constructor(
    private readonly find: FindStatement,
    private readonly statements: StatementsRepository,
  ) {}

  /** A repeat finds it accepted, and changes nothing. */
  async run(id: string, by: Actor): Promise<Statement> {
    const accepted = await this.statements.accept(id, by);
    if (accepted === 'lines_known')
      throw new AppError(
        'statement_not_acceptable',
        'Lines of this statement stand in another one that was accepted since. Reverse it, and upload a file without them.',
      );
    if (accepted) return accepted;
    const statement = await this.find.run(id);
    if (statement.status === 'accepted') return statement;
    throw new AppError(
      'statement_not_acceptable',
      `The statement is ${statement.status}; only a checked one is accepted.`,
    );
  }
}
