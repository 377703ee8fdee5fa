import type { Balances } from '../ledger/balances.js';
import { decimalOf } from '../statements/numbers.js';
import { finding, type Finding } from './finding.js';

/** After which a refund that was claimed is asked for again. */
const REFUND_DAYS = 60;
const DAY_MS = 86_400_000;

/** What was claimed back of a line, or of a purchase, that is of no order, and has not come. */
export interface RefundOfNone {
  readonly subject: string;
  readonly claimedAt: Date;
  /** On `refund_due`. */
  readonly due: Balances;
}

/** @param amounts of each currency, in millionths */
export const refundDue = (subject: string, days: number, amounts: readonly bigint[]): Finding =>
  finding(
    days > REFUND_DAYS ? 'refund_overdue' : 'refund_expected',
    subject,
    amounts.map((units) => ({ field: 'refund due', ours: decimalOf(units), theirs: null })),
  );

export const judgeRefund = ({ subject, claimedAt, due }: RefundOfNone, cutOffAt: Date): Finding =>
  refundDue(
    subject,
    Math.floor((cutOffAt.getTime() - claimedAt.getTime()) / DAY_MS),
    due.list().flatMap(({ account, units }) => (account === 'refund_due' ? [units] : [])),
  );
