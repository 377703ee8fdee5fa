import type { StatementFilter } from '../../../application/statements/find-statement.js';
import { CURRENCIES, type Currency } from '../../../domain/money.js';
import { unitsFrom } from '../../../domain/statements/numbers.js';
import {
  STATEMENT_DOCUMENTS,
  STATEMENT_STATUSES,
  type StatementDocument,
  type StatementHeader,
  type StatementStatus,
} from '../../../domain/statements/statement.js';
import { invalidFields } from '../../problems/http-problem.js';
import { DayField } from '../../validation/day.field.js';
import { EnumField, PatternField } from '../../validation/field.js';
import { ProviderIdField } from '../../validation/id.field.js';
import { STATEMENT_ID } from '../../validation/id-patterns.js';
import { PagingQuery } from '../../validation/paging.js';
import { TextField } from '../../validation/text.field.js';

const AMOUNT = /^-?\d{1,12}(\.\d{1,6})?$/;
const NOT_AN_AMOUNT = 'must be an amount such as 120.00, with a point and at most six decimals';

/** What a person reads off the document, so that a file that was cut or mixed up does not pass. */
export class UploadStatementRequest {
  @ProviderIdField({ about: 'Whose it is' }) provider!: string;
  @EnumField(STATEMENT_DOCUMENTS, { about: 'What it is' }) document!: StatementDocument;
  @TextField({ min: 1, max: 100 }, { about: "The provider's number of it", example: 'INV-2026-10' }) number!: string;
  @DayField({ about: 'Its date', example: '2026-11-01' }) issued_on!: string;
  @DayField({ about: 'The first day that it is about', optional: true, example: '2026-10-01' }) covers_from?: string;
  @DayField({ about: 'The last day that it is about; not before the first', optional: true }) covers_to?: string;
  @EnumField(CURRENCIES, { about: 'Of all its amounts' }) currency!: Currency;

  @PatternField(/^[a-z0-9-]{1,60}$/, 'must be the name of a mapping, such as canonical-1', {
    about: 'The format of the file, as docs/statements.md lists them',
    example: 'canonical-1',
  })
  mapping!: string;

  @PatternField(/^[1-9]\d{0,6}$/, 'must be a whole number from 1 on', {
    about: 'How many lines it has, without the first one that names the columns',
    example: '120',
  })
  declared_lines!: string;

  @PatternField(AMOUNT, NOT_AN_AMOUNT, {
    about: 'What it comes to without tax: charges and fees less credits; of a credit note or payments their sum',
    example: '120.00',
  })
  declared_net!: string;

  @PatternField(AMOUNT, NOT_AN_AMOUNT, { about: 'Its tax; 0.00 for none', example: '0.00' }) declared_tax!: string;
}

/** Throws HttpProblem for days in the wrong order. */
export const headerFrom = (query: UploadStatementRequest): StatementHeader => {
  const { covers_from: coversFrom = null, covers_to: coversTo = null } = query;
  if (coversFrom !== null && coversTo !== null && coversFrom > coversTo)
    throw invalidFields({ covers_to: ['must not be before covers_from'] });
  return {
    provider: query.provider,
    document: query.document,
    number: query.number,
    issuedOn: query.issued_on,
    coversFrom,
    coversTo,
    currency: query.currency,
    mapping: query.mapping,
    declared: {
      lines: Number(query.declared_lines),
      netUnits: unitsOf(query.declared_net),
      taxUnits: unitsOf(query.declared_tax),
    },
  };
};

const unitsOf = (amount: string): bigint => {
  const units = unitsFrom(amount);
  if (units === null) throw new Error('an amount that was let through is none');
  return units;
};

export class ListStatementsRequest extends PagingQuery {
  @ProviderIdField({ about: 'Only those of this provider', optional: true }) provider?: string;
  @EnumField(STATEMENT_DOCUMENTS, { about: 'Only documents of this kind', optional: true })
  document?: StatementDocument;
  @EnumField(STATEMENT_STATUSES, { about: 'Only those in this state', optional: true }) status?: StatementStatus;
}

export const statementFilterFrom = ({ provider, document, status }: ListStatementsRequest): StatementFilter => ({
  ...(provider !== undefined && { provider }),
  ...(document !== undefined && { document }),
  ...(status !== undefined && { status }),
});

/** @returns null if the parts are not a position */
export const statementPositionFrom = ([id]: readonly string[]): string | null =>
  id !== undefined && STATEMENT_ID.test(id) ? id : null;

/** @returns null if the parts are not a position */
export const linePositionFrom = ([line]: readonly string[]): number | null =>
  line !== undefined && /^[1-9]\d{0,8}$/.test(line) ? Number(line) : null;

export class ReverseStatementRequest {
  @TextField(
    { min: 20, max: 2_000, lines: true },
    { about: 'Why, for those who ask in a year', example: 'The provider sent a corrected invoice, INV-2026-10b.' },
  )
  reason!: string;
}
