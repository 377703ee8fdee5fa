import type { Account } from '../ledger/accounts.js';
import type { BookedTransfer } from '../ledger/transfer.js';
import { amountText, MASS } from '../ledger/units.js';
import { labelsText, plain, text, type ExportKind } from './export-kind.js';

/** A transfer, with what the books of a company need beside. */
export interface JournalRow {
  readonly transfer: BookedTransfer;
  /** Of the closing; null as long as the month is open. */
  readonly version: number | null;
  readonly statementNumber: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** FINANCE_ACCOUNT_MAP; null: there is none. */
  readonly erpAccounts: ErpAccounts | null;
}

export type ErpAccounts = Readonly<Partial<Record<Account, string>>>;

/** Also of `memo`, which has the transfers beside the books. */
export const JOURNAL: ExportKind<JournalRow> = {
  means: 'what was posted, by tenant and source',
  columns: [
    text('period', 'the month', ({ transfer }) => transfer.periodId),
    plain('version', 'of the closing; empty while the month is open', ({ version }) =>
      version === null ? null : String(version),
    ),
    plain('effective_at', 'when it happened', ({ transfer }) => transfer.effectiveAt.toISOString()),
    plain('posted_at', 'when it was posted', ({ transfer }) => transfer.postedAt.toISOString()),
    plain('late', 'whether the month of `effective_at` was closed by then', ({ transfer }) => String(transfer.isLate)),
    text('source', 'what it follows from', ({ transfer }) => transfer.source),
    plain('source_seq', 'and which event, line or decision of it', ({ transfer }) => String(transfer.sequence)),
    plain('leg', 'and which transfer of that', ({ transfer }) => String(transfer.leg)),
    text('rule', 'why: [the ledger](ledger.md)', ({ transfer }) => transfer.rule),
    text('debit_account', 'where it goes to', ({ transfer }) => transfer.debit),
    text('credit_account', 'where it comes from', ({ transfer }) => transfer.credit),
    text('asset', '`CO2E/0` for grams, or a currency', ({ transfer }) => transfer.asset),
    plain('amount', 'grams, or a decimal of the currency', ({ transfer }) => amountText(transfer)),
    text('tenant', 'whose', ({ transfer }) => transfer.tenantId),
    text('provider', 'of whom', ({ transfer }) => transfer.provider),
    text('order_id', 'of which order', ({ transfer }) => transfer.orderId),
    text('statement_number', 'number of the statement it follows from', ({ statementNumber }) => statementNumber),
    text(
      'erp_debit',
      'your account for `debit_account`',
      ({ transfer, erpAccounts }) => erpAccounts?.[transfer.debit] ?? null,
    ),
    text(
      'erp_credit',
      'your account for `credit_account`',
      ({ transfer, erpAccounts }) => erpAccounts?.[transfer.credit] ?? null,
    ),
    text('labels', 'labels of the order, as a JSON object', ({ labels }) => labelsText(labels)),
  ],
  // Grams are in no ERP.
  missingOf: ({ transfer: { asset, debit, credit }, erpAccounts }) =>
    erpAccounts === null || asset === MASS
      ? []
      : [
          ...(erpAccounts[debit] === undefined ? ['erp_debit'] : []),
          ...(erpAccounts[credit] === undefined ? ['erp_credit'] : []),
        ],
};
