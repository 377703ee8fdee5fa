import { ACCRUALS } from './accruals.js';
import { COSTS } from './costs.js';
import { JOURNAL } from './journal.js';
import { RETIREMENTS } from './retirements.js';

/** Every export of a month. docs/closing.md is generated from this table. */
export const EXPORTS = {
  journal: JOURNAL,
  memo: { ...JOURNAL, means: 'the same of the accounts beside the books: what is committed, what payers have paid' },
  accruals: ACCRUALS,
  costs: COSTS,
  retirements: RETIREMENTS,
} as const;

export type ExportName = keyof typeof EXPORTS;
export const EXPORT_NAMES = Object.keys(EXPORTS) as ExportName[];
