import { decimalOf } from '../statements/numbers.js';
import type { StatementHeader, StatementStatus } from '../statements/statement.js';
import type { Act } from './act.js';

export const statementUploaded = (subject: string, header: StatementHeader): Act<'statement.upload'> => ({
  type: 'statement.upload',
  subject,
  before: null,
  after: {
    provider: header.provider,
    document: header.document,
    number: header.number,
    lines: header.declared.lines,
    net: decimalOf(header.declared.netUnits),
    tax: decimalOf(header.declared.taxUnits),
    currency: header.currency,
  },
});

export const statementAccepted = (subject: string): Act<'statement.accept'> => ({
  type: 'statement.accept',
  subject,
  before: { status: 'checked' },
  after: { status: 'accepted' },
});

export const statementReversed = (subject: string, status: StatementStatus): Act<'statement.reverse'> => ({
  type: 'statement.reverse',
  subject,
  before: { status },
  after: { status: 'reversed' },
});
