import type { MonthId } from '../periods/month.js';
import type { Posting } from './post-order.js';

/** A posting of the books: whose it is, and what it follows from. */
export interface Transfer extends Posting {
  /** An order; later a statement, a break, a pool. Unique with sequence and leg. */
  readonly source: string;
  /** Null where it is of no tenant. */
  readonly tenantId: string | null;
  readonly provider: string;
  readonly orderId: string | null;
}

/** One that is in the books. */
export interface BookedTransfer extends Transfer {
  readonly periodId: MonthId;
  readonly postedAt: Date;
  /** The period of its time was closed when it was posted. */
  readonly isLate: boolean;
}
