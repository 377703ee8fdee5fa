import { decimalOf } from '../statements/numbers.js';
import type { Statement } from '../statements/statement.js';
import { plain, text, type ExportKind } from './export-kind.js';

export const STATEMENT_LIST: ExportKind<Statement> = {
  means: 'the statements that have moved the books of the month, accepted or reversed',
  isOfGateway: true,
  columns: [
    text('statement_id', 'the statement', ({ id }) => id),
    text('provider', 'of whom', ({ header }) => header.provider),
    text('document', '`invoice`, `credit_note` or `payments`', ({ header }) => header.document),
    text('number', 'the provider’s number of it', ({ header }) => header.number),
    plain('issued_on', 'its date', ({ header }) => header.issuedOn),
    plain('covers_from', 'the first day that it covers', ({ header }) => header.coversFrom),
    plain('covers_to', 'and the last', ({ header }) => header.coversTo),
    text('currency', 'of its amounts', ({ header }) => header.currency),
    plain('lines', 'how many lines it has', ({ header }) => String(header.declared.lines)),
    plain('net', 'its total without tax', ({ header }) => decimalOf(header.declared.netUnits)),
    plain('tax', 'and the tax', ({ header }) => decimalOf(header.declared.taxUnits)),
    text('mapping', 'the format of its file', ({ header }) => header.mapping),
    plain('file_sha256', 'SHA-256 of the file, as it was received', ({ fileSha256 }) => fileSha256),
    text('status', '`accepted` or `reversed`', ({ status }) => status),
    plain('accepted_at', 'when it was accepted', ({ acceptedAt }) => acceptedAt?.toISOString() ?? null),
    plain('reversed_at', 'when it was reversed', ({ reversal }) => reversal?.at.toISOString() ?? null),
  ],
  missingOf: () => [],
};
