import type { Currency } from '../money.js';
import type { LineError } from './line-rules.js';

export const STATEMENT_DOCUMENTS = ['invoice', 'credit_note', 'payments'] as const;
export type StatementDocument = (typeof STATEMENT_DOCUMENTS)[number];

export const LINE_KINDS = ['charge', 'credit', 'fee', 'payment'] as const;
export type LineKind = (typeof LINE_KINDS)[number];

/** What has become of it. */
export const STATEMENT_MEANING = {
  refused: 'its file is wrong, and is not kept',
  checked: 'it was read whole and comes to what was declared, and waits for a person to accept it',
  accepted: 'it counts',
  reversed: 'it counts no more, and its file may come again',
} as const;
export type StatementStatus = keyof typeof STATEMENT_MEANING;
export const STATEMENT_STATUSES = Object.keys(STATEMENT_MEANING) as StatementStatus[];

/** What stands in a document of each kind. A line elsewhere is in the wrong file. */
export const KINDS_IN: Readonly<Record<StatementDocument, readonly LineKind[]>> = {
  invoice: ['charge', 'credit', 'fee'],
  credit_note: ['credit'],
  payments: ['payment'],
};

/** Who sent which document, and what it says of itself. */
export interface StatementHeader {
  readonly provider: string;
  readonly document: StatementDocument;
  /** The provider's. */
  readonly number: string;
  readonly issuedOn: string;
  /** The first and the last day that it is about, as YYYY-MM-DD like all days here; null if it does not say. */
  readonly coversFrom: string | null;
  readonly coversTo: string | null;
  readonly currency: Currency;
  /** Name of the mapping by which its file is read. */
  readonly mapping: string;
  readonly declared: StatementTotals;
}

/**
 * What a document comes to, in millionths of its currency: an invoice to charges and fees less its credits, a credit note
 * to its credits, a list of payments to these.
 */
export interface StatementTotals {
  readonly lines: number;
  readonly netUnits: bigint;
  readonly taxUnits: bigint;
}

/** A line as it is kept. Amounts are never negative: the kind says which way they go. */
export interface StatementLine {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly kind: LineKind;
  readonly lineId: string | null;
  readonly providerOrderId: string | null;
  readonly reference: string | null;
  readonly projectId: string | null;
  readonly grams: bigint | null;
  readonly netUnits: bigint;
  readonly taxUnits: bigint;
  readonly occurredOn: string;
  readonly description: string | null;
}

export interface KindTotals {
  readonly kind: LineKind;
  readonly lines: number;
  readonly netUnits: bigint;
  readonly taxUnits: bigint;
}

export interface Statement {
  readonly id: string;
  readonly header: StatementHeader;
  readonly status: StatementStatus;
  /** SHA-256 of the file, in hexadecimal digits. */
  readonly fileSha256: string;
  readonly errors: readonly LineError[];
  readonly kinds: readonly KindTotals[];
  readonly createdAt: Date;
  readonly acceptedAt: Date | null;
  readonly reversal: { readonly at: Date; readonly reason: string } | null;
}

/** Which way a line counts in the total of its document. */
export const signIn = (document: StatementDocument, kind: LineKind): 1n | -1n =>
  document === 'invoice' && kind === 'credit' ? -1n : 1n;

/**
 * What makes a line the line it is, as one text: the provider's id of it, or all of its fields. It is the same whatever
 * the order of lines and columns, the line breaks and the encoding of the file.
 */
export const identityOf = (line: StatementLine, currency: Currency): string =>
  JSON.stringify(
    line.lineId === null
      ? [
          line.kind,
          line.providerOrderId,
          line.reference,
          line.projectId,
          line.grams?.toString() ?? null,
          line.netUnits.toString(),
          line.taxUnits.toString(),
          currency,
          line.occurredOn,
          line.description,
        ]
      : ['line_id', line.lineId],
  );
