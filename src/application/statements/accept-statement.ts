import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Actor } from '../../domain/orders/cause.js';
import { startOfDay } from '../../domain/periods/month.js';
import type { Statement } from '../../domain/statements/statement.js';
import { StatementsRepository } from '../../persistence/statements/statements.repository.js';
import { FinanceSettings } from '../ledger/finance-settings.js';
import { OpenMonths } from '../periods/open-months.js';
import { FindStatement } from './find-statement.js';

/** Providers have other time zones: a document may be of tomorrow. */
const AHEAD_MS = 86_400_000;

/** A person has seen what a checked statement comes to; it counts from now on, and its lines are in the books. */
@Injectable()
export class AcceptStatement {
  constructor(
    private readonly find: FindStatement,
    private readonly statements: StatementsRepository,
    private readonly months: OpenMonths,
    private readonly settings: FinanceSettings,
  ) {}

  /** A repeat finds it accepted, and changes nothing. */
  async run(id: string, by: Actor): Promise<Statement> {
    const statement = await this.find.run(id);
    if (statement.status === 'checked') {
      const accepted = await this.statements.accept(statement, await this.issuedAt(statement), by);
      if (accepted === 'lines_known')
        throw new AppError(
          'statement_not_acceptable',
          'Lines of this statement stand in another one that was accepted since. Reverse it, and upload a file without them.',
        );
      if (accepted) return accepted;
    }
    const now = await this.find.run(id);
    if (now.status === 'accepted') return now;
    throw new AppError('statement_not_acceptable', `The statement is ${now.status}; only a checked one is accepted.`);
  }

  /** When its lines happened, for the books: the day of the document. */
  private async issuedAt({ header }: Statement): Promise<Date> {
    const issuedAt = startOfDay(header.issuedOn, this.settings.timeZone);
    const now = await this.months.current();
    if (issuedAt.getTime() > now.getTime() + AHEAD_MS)
      throw new AppError(
        'statement_not_acceptable',
        'The statement is of a day to come. Accept it on that day; or reverse it, and upload it with the right date.',
      );
    if (issuedAt > now) await this.months.run([now, issuedAt]);
    return issuedAt;
  }
}
