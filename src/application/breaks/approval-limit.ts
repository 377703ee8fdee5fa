import type { Entered } from '../../domain/ledger/rules.js';
import { sizeOfDecision } from '../../domain/reconciliation/decide.js';
import { unitsFrom } from '../../domain/statements/numbers.js';

/** What one person may post by deciding on a break, in millionths of whichever currency. */
export class ApprovalLimit {
  constructor(readonly units: bigint) {}

  /** What is posted takes a second person. */
  isBelow(posted: readonly Entered[]): boolean {
    return sizeOfDecision(posted) > this.units;
  }

  static of(amount: string): ApprovalLimit {
    const units = unitsFrom(amount);
    if (units === null) throw new Error('the limit that was let through is no amount');
    return new ApprovalLimit(units);
  }
}
