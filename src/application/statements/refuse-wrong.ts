import { AppError } from '../../domain/errors.js';
import { MAX_LINE_ERRORS, type LineError } from '../../domain/statements/line-rules.js';
import { decimalOf } from '../../domain/statements/numbers.js';
import { disagreements, totalsOf } from '../../domain/statements/statement-check.js';
import type { KindTotals, Statement, StatementHeader, StatementTotals } from '../../domain/statements/statement.js';

/** Refuses a statement whose file is wrong, the first time and every time after. */
export const refuseWrong = (statement: Statement): Statement => {
  if (statement.status !== 'refused') return statement;
  throw invalid(statement.errors, statement.id) ?? disagreementOf(statement.header, statement.kinds, statement.id);
};

/** @returns null if no line is wrong */
export const invalid = (lines: readonly LineError[], statementId?: string): AppError | null =>
  lines.length === 0
    ? null
    : new AppError(
        'statement_invalid',
        lines.length < MAX_LINE_ERRORS
          ? `The file breaks ${lines.length === 1 ? 'a rule' : `rules in ${lines.length} places`}; see lines. Nothing of it was taken on.`
          : `The file breaks rules in many places, of which lines has the first ${MAX_LINE_ERRORS}. Nothing of it was taken on.`,
        { lines, ...(statementId !== undefined && { statementId }) },
      );

const DECLARED = { lines: 'declared_lines', netUnits: 'declared_net', taxUnits: 'declared_tax' } as const;

/** @returns null if the lines come to what was declared */
export const disagreementOf = (
  header: StatementHeader,
  kinds: readonly KindTotals[],
  statementId?: string,
): AppError | null => {
  const totals = totalsOf(header, kinds);
  const wrong = disagreements(header, totals);
  if (wrong.length === 0) return null;
  const errors = Object.fromEntries(
    wrong.map((total) => [
      DECLARED[total],
      [`is ${shown(header.declared, total)}, and the lines come to ${shown(totals, total)}`],
    ]),
  );
  return new AppError(
    'statement_totals_disagree',
    'The lines do not come to what was declared; see errors. Nothing of the file was taken on.',
    { errors, ...(statementId !== undefined && { statementId }) },
  );
};

const shown = (totals: StatementTotals, total: keyof StatementTotals): string =>
  total === 'lines' ? String(totals.lines) : decimalOf(totals[total]);
