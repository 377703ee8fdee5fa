import type { Run } from '../reconciliation/run.js';
import { decimalOf } from '../statements/numbers.js';
import { plain, text, type ExportKind } from './export-kind.js';

/** The run of a list that a month is closed by, with what each side of it comes to. */
export interface ComparisonRow extends Run {
  readonly rulesVersion: number;
  /** Of the whole list, as it was read: grams where they are told, and amounts with tax. */
  readonly listed: { readonly rows: number; readonly grams: string; readonly units: ByCurrency };
  /** Of its statements: charges and fees less credits. */
  readonly stated: { readonly netUnits: ByCurrency; readonly taxUnits: ByCurrency };
}

/** In millionths. */
type ByCurrency = Readonly<Record<string, bigint>>;

export const COMPARISONS: ExportKind<ComparisonRow> = {
  means: 'the run of each list that counts for the month: what was compared, what it comes to, and what came of it',
  isOfGateway: true,
  columns: [
    text('provider', 'whose list and statements', ({ provider }) => provider),
    text('account', 'the account there; empty for that of the gateway', ({ account }) => account),
    text('period', 'the month', ({ periodId }) => periodId),
    text('run_id', 'the run', ({ id }) => id),
    plain('cut_off_at', 'only what happened before', ({ cutOffAt }) => cutOffAt.toISOString()),
    plain('started_at', 'when it was started', ({ startedAt }) => startedAt.toISOString()),
    plain('ended_at', 'when it had ended', ({ endedAt }) => endedAt?.toISOString() ?? null),
    plain('orders', 'orders that were compared', ({ legs }) => counted(legs?.orders.count)),
    plain('orders_grams', 'their mass', ({ legs }) => legs?.orders.grams ?? null),
    text(
      'coverage',
      '`complete`; `known_only` of a provider that lists nothing',
      ({ legs }) => legs?.provider.coverage ?? null,
    ),
    plain('purchases', 'purchases there that were compared', ({ legs }) => counted(legs?.provider.rows)),
    plain('unread', 'rows of the list that could not be read', ({ legs }) => counted(legs?.provider.unread)),
    plain('list_rows', 'rows of the whole list, as it was read', ({ listed }) => String(listed.rows)),
    plain('list_grams', 'their mass, where it is told', ({ listed }) => listed.grams),
    text('list_amounts', 'their amounts, tax included, by currency, as JSON', ({ listed }) =>
      amountsText(listed.units),
    ),
    text(
      'statements',
      'ids of the statements, separated by spaces',
      ({ legs }) => legs?.statements.ids.join(' ') || null,
    ),
    plain('lines', 'lines of them that were compared', ({ legs }) => counted(legs?.statements.lines)),
    text('statements_net', 'charges and fees less credits of them, without tax, by currency, as JSON', ({ stated }) =>
      amountsText(stated.netUnits),
    ),
    text('statements_tax', 'the tax of that', ({ stated }) => amountsText(stated.taxUnits)),
    plain('agreed', 'orders, purchases and lines on which all agrees', ({ counts }) => counted(counts?.agreed)),
    plain('timing', 'findings that time settles', ({ counts }) => counted(counts?.timing)),
    plain('by_rule', 'findings that a rule settles', ({ counts }) => counted(counts?.byRule)),
    plain('breaks', 'findings that people settle', ({ counts }) => counted(counts?.breaks)),
    text('types', 'findings by type, as JSON', ({ counts }) => counts && sortedText(counts.types)),
    plain('rules_version', 'of the rules that it was compared by', ({ rulesVersion }) => String(rulesVersion)),
    plain('input_hash', 'SHA-256 of what was compared', ({ inputHash }) => inputHash),
    plain('result_hash', 'and of what was found', ({ resultHash }) => resultHash),
    text('same_as', 'the run that had compared the same before', ({ sameAs }) => sameAs),
  ],
  missingOf: () => [],
};

const counted = (count: number | undefined): string | null => (count === undefined ? null : String(count));

const amountsText = (units: ByCurrency): string =>
  sortedText(Object.fromEntries(Object.entries(units).map(([currency, sum]) => [currency, decimalOf(sum)])));

const sortedText = (values: Readonly<Record<string, string | number>>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))));
