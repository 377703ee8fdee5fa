import { ACCRUALS } from './accruals.js';
import { BREAK_HISTORY, BREAK_LIST } from './breaks.js';
import { COMPARISONS } from './comparisons.js';
import { COSTS } from './costs.js';
import { JOURNAL } from './journal.js';
import type { ExportKind } from './export-kind.js';
import { RETIREMENTS } from './retirements.js';
import { STATEMENT_LIST } from './statements.js';

/** Every export of a month. docs/closing.md is generated from this table. */
export const EXPORTS = {
  journal: JOURNAL,
  memo: { ...JOURNAL, means: 'the same of the accounts beside the books: what is committed, what payers have paid' },
  accruals: ACCRUALS,
  costs: COSTS,
  retirements: RETIREMENTS,
  reconciliation: COMPARISONS,
  breaks: BREAK_LIST,
  break_events: BREAK_HISTORY,
  statements: STATEMENT_LIST,
} as const;

export type ExportName = keyof typeof EXPORTS;
export const EXPORT_NAMES = Object.keys(EXPORTS) as ExportName[];

/** For those alone who see all tenants. */
export const isOfGateway = (name: ExportName): boolean => {
  const kind: Pick<ExportKind<never>, 'isOfGateway'> = EXPORTS[name];
  return kind.isOfGateway === true;
};
