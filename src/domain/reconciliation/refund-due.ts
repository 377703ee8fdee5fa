import { OpenClaims, type UnlinkedClaim } from '../ledger/open-claims.js';
import { decimalOf } from '../statements/numbers.js';
import { finding, type Finding } from './finding.js';

/** After which a refund that was claimed is asked for again. */
const REFUND_DAYS = 60;
const DAY_MS = 86_400_000;

/** @param amounts each as it was claimed, in millionths */
export const refundDue = (subject: string, days: number, amounts: readonly bigint[]): Finding =>
  finding(
    days > REFUND_DAYS ? 'refund_overdue' : 'refund_expected',
    subject,
    amounts.map((units) => ({ field: 'refund due', ours: decimalOf(units), theirs: null })),
  );

/** Of lines and purchases of no order: what was claimed back of them, and has not come. */
export const judgeUnlinked = (made: readonly UnlinkedClaim[], cutOffAt: Date): readonly Finding[] => {
  const left = OpenClaims.of(made).left();
  const subjects = new Set(left.flatMap(({ subject }) => subject ?? []));
  return [...subjects].map((subject) => {
    const its = left.filter((claim) => claim.subject === subject);
    const since = Math.min(...its.map(({ claimedAt }) => claimedAt.getTime()));
    return refundDue(
      subject,
      Math.floor((cutOffAt.getTime() - since) / DAY_MS),
      its.map(({ units }) => units),
    );
  });
};
