import type { Month } from './month.js';

export const PERIOD_STATUSES = ['open', 'closed'] as const;

/** A month of the books. What happened in one that is closed is posted to the first that is open. */
export interface Period extends Month {
  readonly status: (typeof PERIOD_STATUSES)[number];
  /** How often it was closed. */
  readonly version: number;
}
