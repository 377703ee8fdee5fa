import { CURRENCIES } from '../../domain/money.js';
import { LINE_RULES, type LineRule } from '../../domain/statements/line-rules.js';
import {
  LINE_KINDS,
  STATEMENT_DOCUMENTS,
  STATEMENT_STATUSES,
  type KindTotals,
  type Statement,
  type StatementLine,
} from '../../domain/statements/statement.js';
import {
  readList,
  readNumberOrNull,
  readObject,
  readText,
  readTextOrNull,
  readWord,
} from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';

export interface StatementRow {
  readonly id: string;
  readonly provider: string;
  readonly document: string;
  readonly number: string;
  readonly issued_on: string;
  readonly covers_from: string | null;
  readonly covers_to: string | null;
  readonly currency: string;
  readonly mapping: string;
  readonly file_sha256: string;
  readonly declared_lines: number;
  readonly declared_net: string;
  readonly declared_tax: string;
  readonly status: string;
  readonly errors: unknown;
  readonly kinds: unknown;
  readonly created_at: Date;
  readonly accepted_at: Date | null;
  readonly reversed_at: Date | null;
  readonly reversal_reason: string | null;
}

/** The columns of a statement `s`. Days as texts: a driver would make them times of its own zone. */
export const STATEMENT_COLUMNS = Prisma.sql`
  s.id, s.provider, s.document, s.number, s.issued_on::text, s.covers_from::text, s.covers_to::text, s.currency, s.mapping,
  encode(s.file_sha256, 'hex') AS file_sha256, s.declared_lines, s.declared_net::text, s.declared_tax::text, s.status,
  s.errors, s.kinds, s.created_at, s.accepted_at, s.reversed_at, s.reversal_reason`;

const readKinds = readList(
  readObject({ kind: readWord(LINE_KINDS), lines: readNumberOrNull, net: readText, tax: readText }),
);

const readErrors = readList(
  readObject({ line: readNumberOrNull, column: readTextOrNull, rule: readWord(Object.keys(LINE_RULES) as LineRule[]) }),
);

export const statementFromRow = (row: StatementRow): Statement => ({
  id: row.id,
  header: {
    provider: row.provider,
    document: readWord(STATEMENT_DOCUMENTS)(row.document),
    number: row.number,
    issuedOn: row.issued_on,
    coversFrom: row.covers_from,
    coversTo: row.covers_to,
    currency: readWord(CURRENCIES)(row.currency),
    mapping: row.mapping,
    declared: {
      lines: row.declared_lines,
      netUnits: BigInt(row.declared_net),
      taxUnits: BigInt(row.declared_tax),
    },
  },
  status: readWord(STATEMENT_STATUSES)(row.status),
  fileSha256: row.file_sha256,
  errors: readErrors(row.errors),
  kinds: readKinds(row.kinds).map(({ kind, lines, net, tax }) => ({
    kind,
    lines: lines ?? 0,
    netUnits: BigInt(net),
    taxUnits: BigInt(tax),
  })),
  createdAt: row.created_at,
  acceptedAt: row.accepted_at,
  reversal: row.reversed_at && { at: row.reversed_at, reason: row.reversal_reason ?? '' },
});

/** For the column `kinds`. */
export const kindsJson = (kinds: readonly KindTotals[]): string =>
  JSON.stringify(
    kinds.map(({ kind, lines, netUnits, taxUnits }) => ({
      kind,
      lines,
      net: netUnits.toString(),
      tax: taxUnits.toString(),
    })),
  );

/** A line that is kept, with the order that it was linked to. */
export interface LinkedLine extends Omit<StatementLine, 'lineId'> {
  readonly orderId: string | null;
}

export interface LineRow {
  readonly line: number;
  readonly kind: string;
  readonly provider_order_id: string | null;
  readonly reference: string | null;
  readonly project_id: string | null;
  readonly order_id: string | null;
  readonly grams: string | null;
  readonly net_units: string;
  readonly tax_units: string;
  readonly occurred_on: string;
  readonly description: string | null;
}

export const lineFromRow = (row: LineRow): LinkedLine => ({
  line: row.line,
  kind: readWord(LINE_KINDS)(row.kind),
  providerOrderId: row.provider_order_id,
  reference: row.reference,
  projectId: row.project_id,
  orderId: row.order_id,
  grams: row.grams === null ? null : BigInt(row.grams),
  netUnits: BigInt(row.net_units),
  taxUnits: BigInt(row.tax_units),
  occurredOn: row.occurred_on,
  description: row.description,
});
