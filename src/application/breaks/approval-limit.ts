import { unitsFrom } from '../../domain/statements/numbers.js';

/** What one person may post by deciding on a break, in millionths of whichever currency. */
export class ApprovalLimit {
  constructor(readonly units: bigint) {}

  static of(amount: string): ApprovalLimit {
    const units = unitsFrom(amount);
    if (units === null) throw new Error('the limit that was let through is no amount');
    return new ApprovalLimit(units);
  }
}
