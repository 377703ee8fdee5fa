import type { ExportName } from '../exports/exports.js';
import type { CheckResult } from './close-checks.js';
import type { MonthId } from './month.js';
import type { Period } from './period.js';

export const CLOSING_ACTS = ['closed', 'reopened'] as const;

/** An export as it was when a month was closed. */
export interface ExportSeal {
  readonly kind: ExportName;
  readonly rows: number;
  readonly sha256: Uint8Array;
  /** How many rows lack each field that was not known. */
  readonly missing: Readonly<Record<string, number>>;
}

/** A month was closed, or reopened. */
export interface Closing {
  readonly periodId: MonthId;
  /** Of the closing; a reopening has that of the one it undoes. */
  readonly version: number;
  readonly act: (typeof CLOSING_ACTS)[number];
  /** The id of an operator; at the command line a name. */
  readonly person: string;
  readonly note: string;
  readonly at: Date;
  /** Empty of a reopening, as is what follows. */
  readonly checklist: readonly CheckResult[];
  readonly journalHash: Uint8Array | null;
  readonly previousHash: Uint8Array | null;
  readonly exports: readonly ExportSeal[];
  /** Those that had moved the books of the month: their files are evidence, too. */
  readonly statements: readonly string[];
}

/** After so long, what is wrong in a month is set right in a later one. */
const REOPENED_WITHIN_MONTHS = 12;

/** Why a month is not reopened; null if it is. */
export const reopenRefusal = (
  { status, endsAt }: Period,
  { closedAfter, now }: { readonly closedAfter: readonly MonthId[]; readonly now: Date },
): { readonly code: 'period_not_reopenable' | 'period_not_latest'; readonly why: string } | null => {
  if (status === 'open') return { code: 'period_not_reopenable', why: 'The month is open.' };
  if (closedAfter.length > 0) return { code: 'period_not_latest', why: `Closed after it: ${closedAfter.join(', ')}.` };
  const until = new Date(endsAt);
  until.setUTCMonth(until.getUTCMonth() + REOPENED_WITHIN_MONTHS);
  return now <= until
    ? null
    : { code: 'period_not_reopenable', why: `It could be reopened until ${until.toISOString()}.` };
};
