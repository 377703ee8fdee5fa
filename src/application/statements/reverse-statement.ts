import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Actor } from '../../domain/orders/cause.js';
import type { Statement } from '../../domain/statements/statement.js';
import { StatementsRepository } from '../../persistence/statements/statements.repository.js';
import { OpenMonths } from '../periods/open-months.js';
import { FindStatement } from './find-statement.js';

/**
 * Takes a statement back: it counts no more, and stays to be read. Its file and its number may come again. What it has
 * posted stays, too, and is taken back by its opposite, now.
 */
@Injectable()
export class ReverseStatement {
  constructor(
    private readonly find: FindStatement,
    private readonly statements: StatementsRepository,
    private readonly months: OpenMonths,
  ) {}

  /** A repeat finds it reversed, and changes nothing. */
  async run(id: string, reason: string, by: Actor): Promise<Statement> {
    for (;;) {
      const statement = await this.find.run(id);
      if (statement.status === 'reversed') return statement;
      if (statement.status === 'refused')
        throw new AppError('statement_not_acceptable', 'The statement was refused, so there is nothing to take back.');
      const now = await this.months.current();
      const reversed = await this.statements.reverse(statement, now, reason, by);
      if (reversed) return reversed;
    }
  }
}
